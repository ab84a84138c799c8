import type { Failure, Fault, Refused } from '../api/failures.ts';

/** The outcome of a request to pay, as far as its answer says. */
export type Outcome =
  | { kind: 'send again'; afterMs: number | undefined }
  /** The answer does not tell; the booking does. */
  | { kind: 'look'; requestId: string }
  /** Somebody else is paying for the same hold: another tab, another device. */
  | { kind: 'under way' }
  | { kind: 'unknown'; requestId: string }
  | Settled;
/** It is certain that nothing was paid. */
export type Settled =
  | { kind: 'declined' }
  | { kind: 'card faulty'; faults: readonly Fault[] }
  | { kind: 'too little' }
  | { kind: 'gateway down' }
  | { kind: 'expired' }
  | { kind: 'gone' }
  | { kind: 'logged out' }
  | { kind: 'refused'; failure: Failure };

const BY_CODE: Readonly<Record<string, (refused: Refused) => Outcome>> = {
  PAYMENT_FAILED: () => ({ kind: 'declined' }),
  PAYMENT_VALIDATION_FAILED: ({ faults }) => ({ kind: 'card faulty', faults }),
  VALIDATION_ERROR: ({ faults }) => ({ kind: 'card faulty', faults }),
  INSUFFICIENT_BALANCE: () => ({ kind: 'too little' }),
  BOOKING_EXPIRED: () => ({ kind: 'expired' }),
  BOOKING_NOT_FOUND: () => ({ kind: 'gone' }),
  UNAUTHORIZED_ACCESS: () => ({ kind: 'gone' }),
  // No longer Pending: paid from another tab, most likely.
  INVALID_BOOKING_STATUS: ({ requestId }) => ({ kind: 'look', requestId }),
  REQUEST_IN_PROGRESS: ({ retryAfterMs }) => ({ kind: 'send again', afterMs: retryAfterMs }),
  PAYMENT_IN_PROGRESS: () => ({ kind: 'under way' }),
  PAYMENT_UNRESOLVED: ({ requestId }) => ({ kind: 'unknown', requestId }),
  PAYMENT_SERVICE_ERROR: ({ mayHaveHappened, requestId }) =>
    mayHaveHappened ? { kind: 'unknown', requestId } : { kind: 'gateway down' },
  PAYMENT_AUTH_FAILED: () => ({ kind: 'gateway down' }),
};

/** Under the same key a request may be sent again whenever its answer is lost: it is done once. */
export function outcomeOf(failure: Failure): Outcome {
  if (failure.kind === 'lost') return { kind: 'send again', afterMs: undefined };
  if (failure.kind === 'logged out') return { kind: 'logged out' };
  const known = BY_CODE[failure.code];
  if (known) return known(failure);
  const { status, retryAfterMs, requestId } = failure;
  if (status === 503 || status === 429) return { kind: 'send again', afterMs: retryAfterMs };
  return status >= 500 ? { kind: 'look', requestId } : { kind: 'refused', failure };
}
