import pg from 'pg';
import { Refusal, unavailable, uncertain } from '../errors.ts';

// After a fail-over an old connection may lead to a server that has become a replica.
const READ_ONLY = '25006';
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';

/**
 * Whether the connection is unusable: an error that is not an answer of the server means a broken or silent
 * connection.
 */
export const isLoss = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) ||
  error.severity === 'FATAL' ||
  error.severity === 'PANIC' ||
  error.code === READ_ONLY;

/**
 * Temporary errors that do not depend on the statement: class 40 (deadlock, serialization), class 53
 * (resources).
 */
const isTemporary = (error: unknown) =>
  error instanceof pg.DatabaseError &&
  (error.code === LOCK_NOT_AVAILABLE || error.code === QUERY_CANCELED || /^(40|53)/.test(error.code ?? ''));

/** SQLSTATEs of constraints. */
export const UNIQUE_VIOLATION = '23505';
export const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Whether the server refused the values of a statement: class 22 (a value that does not fit), class 23 (a
 * constraint).
 */
export const isRejected = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');

const isAnswered = (error: unknown) => error instanceof pg.DatabaseError && error.code === READ_ONLY;

/**
 * The error that the caller gets: a 503 if the trouble may pass, else the error itself. `mayHaveHappened`:
 * the statement leaves something behind if the server did it and only the answer was lost. A statement that
 * the server answered with an error has done nothing.
 */
export function toThrow(error: unknown, { mayHaveHappened = false } = {}): unknown {
  if (isLoss(error)) return mayHaveHappened && !isAnswered(error) ? uncertain(error) : unavailable(error);
  return isTemporary(error) ? unavailable(error) : error;
}

/** Whether the error is the server's answer to this statement, so that another statement may succeed. */
export function isOfStatement(thrown: unknown): boolean {
  const error = thrown instanceof Refusal ? thrown.cause : thrown;
  return error instanceof pg.DatabaseError && !isLoss(error);
}
