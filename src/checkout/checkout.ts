export { countFindings, findAll, type Findings } from './findings.ts';
export { CannotResolve, resolveAttempt } from './resolve.ts';
