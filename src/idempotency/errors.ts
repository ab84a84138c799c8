import { Refusal } from '../platform/errors.ts';

export const invalidKey = () =>
  new Refusal(
    400,
    'INVALID_IDEMPOTENCY_KEY',
    'Idempotency-Key must be 1-128 characters of A-Z a-z 0-9 . _ -',
  );
export const keyReused = () =>
  new Refusal(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request');
export const requestInProgress = () =>
  new Refusal(409, 'REQUEST_IN_PROGRESS', 'A request with this Idempotency-Key is still under way', {
    retryAfterSeconds: 1,
  });
/** For the payment that the key belongs to. */
export const unresolved = () =>
  new Refusal(409, 'PAYMENT_UNRESOLVED', 'The outcome of an earlier payment is not known yet', {
    mayHaveHappened: true,
  });
export const userIsGone = () => new Refusal(401, 'INVALID_TOKEN', 'Unauthorized');
