export { CannotResolve, resolveAttempt } from './resolve.ts';
