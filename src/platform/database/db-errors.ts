import pg from 'pg';
import { Refusal, unavailable, uncertain } from '../errors.ts';

// After a fail-over an old connection may lead to a server that has become a replica.
const READ_ONLY = '25006';
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';

/** Whether the connection is of no use any more: what is not an answer of the server is a broken or silent one. */
export const isLoss = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) ||
  error.severity === 'FATAL' ||
  error.severity === 'PANIC' ||
  error.code === READ_ONLY;

/** Trouble that is the moment's and not the statement's: class 40 (deadlock, serialization), class 53 (resources). */
const isPassing = (error: unknown) =>
  error instanceof pg.DatabaseError &&
  (error.code === LOCK_NOT_AVAILABLE || error.code === QUERY_CANCELED || /^(40|53)/.test(error.code ?? ''));

/** SQLSTATEs of constraints. */
export const UNIQUE_VIOLATION = '23505';
export const FOREIGN_KEY_VIOLATION = '23503';

/** Whether the server refused what a statement says: class 22 (a value that does not fit), class 23 (a constraint). */
export const isRejected = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');

const isAnswered = (error: unknown) => error instanceof pg.DatabaseError && error.code === READ_ONLY;

/**
 * What the caller is told of an error: a 503 where it may pass, else the error itself. `mayHaveHappened`: the statement
 * was one that leaves something behind if the server did it, though its answer was lost. What the server refused by an
 * answer, it has not done.
 */
export function toThrow(error: unknown, { mayHaveHappened = false } = {}): unknown {
  if (isLoss(error)) return mayHaveHappened && !isAnswered(error) ? uncertain(error) : unavailable(error);
  return isPassing(error) ? unavailable(error) : error;
}

/** Whether what was thrown is the server's answer to the statement itself: another statement may go well. */
export function isOfStatement(thrown: unknown): boolean {
  const error = thrown instanceof Refusal ? thrown.cause : thrown;
  return error instanceof pg.DatabaseError && !isLoss(error);
}
