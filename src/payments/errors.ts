import { Refusal } from '../platform/errors.ts';
import type { Outcome } from './outcome.ts';

/** The refusal for a charge that did not certainly succeed. Only a 422 passes on the gateway's own words. */
export function refusalOfOutcome(outcome: Exclude<Outcome, { kind: 'charged' }>): Refusal {
  switch (outcome.kind) {
    case 'declined':
      return new Refusal(402, 'PAYMENT_FAILED', 'Payment was not successful');
    case 'refused':
      return cardRefused(outcome);
    case 'keyRefused':
      return new Refusal(
        502,
        'PAYMENT_AUTH_FAILED',
        'The payment service refused our key; nothing was charged',
      );
    case 'notCharged':
      return notCharged(outcome.reason);
    default:
      return outcome.reason === 'silent'
        ? unknown(504, 'The payment service did not answer in time; the outcome is not known yet')
        : unknown(502, 'The payment service gave no clear answer; the outcome is not known yet');
  }
}

function notCharged(reason: 'unreachable' | 'silent' | 'late' | 'status'): Refusal {
  switch (reason) {
    case 'late':
      return new Refusal(503, 'SERVICE_UNAVAILABLE', 'The payment was held up; nothing was charged', {
        retryAfterSeconds: 1,
      });
    case 'silent':
      return serviceError(504, 'The payment service could not be reached in time; nothing was charged');
    default:
      return serviceError(502, 'The payment service could not take the payment; nothing was charged');
  }
}

const serviceError = (status: number, message: string) =>
  new Refusal(status, 'PAYMENT_SERVICE_ERROR', message);
const unknown = (status: number, message: string) =>
  new Refusal(status, 'PAYMENT_SERVICE_ERROR', message, { mayHaveHappened: true });

/** Existing clients show the message to people; a form marks its fields by `errors`. */
function cardRefused({ gatewayFaults, errors }: Extract<Outcome, { kind: 'refused' }>) {
  const why = gatewayFaults.map(({ field, message }) => `${message} (${field})`).join(', ');
  const message = `Payment validation failed${why && `: ${why}`}`;
  return new Refusal(400, 'PAYMENT_VALIDATION_FAILED', message, { errors });
}

export const paymentsBusy = () =>
  new Refusal(503, 'SERVICE_UNAVAILABLE', 'Too many payments are under way; try again shortly', {
    retryAfterSeconds: 2,
  });

export const paymentInProgress = () =>
  new Refusal(409, 'PAYMENT_IN_PROGRESS', 'A payment for this booking is already under way');

export const paymentUnresolved = () =>
  new Refusal(409, 'PAYMENT_UNRESOLVED', 'The outcome of an earlier payment is not known yet');
/** The same for the payment of this request. */
export const thisPaymentUnresolved = () => {
  const { status, code, message } = paymentUnresolved();
  return new Refusal(status, code, message, { mayHaveHappened: true });
};

export const insufficientBalance = () =>
  new Refusal(400, 'INSUFFICIENT_BALANCE', 'Not enough wallet balance and no card details provided');

/** An example of each answer to a charge that did not succeed. */
export const chargeRefusals = (): Refusal[] => [
  refusalOfOutcome({ kind: 'declined' }),
  refusalOfOutcome(WRONG_CARD),
  refusalOfOutcome({ kind: 'keyRefused' }),
  refusalOfOutcome({ kind: 'notCharged', reason: 'unreachable' }),
  refusalOfOutcome({ kind: 'notCharged', reason: 'silent' }),
  refusalOfOutcome({ kind: 'notCharged', reason: 'late' }),
  refusalOfOutcome({ kind: 'unknown', reason: 'cut' }),
  refusalOfOutcome({ kind: 'unknown', reason: 'silent' }),
  thisPaymentUnresolved(),
  paymentsBusy(),
];

const WRONG_CARD = {
  kind: 'refused',
  gatewayFaults: [{ field: 'CardNumber', message: 'Invalid card number' }],
  errors: [{ field: 'CardNumber', message: 'Invalid card number', path: 'card_number' }],
} as const;
