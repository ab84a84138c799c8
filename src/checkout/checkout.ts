export { countFindings, findAll, type AttemptFinding, type Findings } from './findings.ts';
export { CannotResolve, resolveAttempt } from './resolve.ts';
