import { Refusal } from '../platform/errors.ts';

export const amountNotPositive = () => new Refusal(400, 'INVALID_AMOUNT', 'Amount must be greater than zero');
export const amountTooFine = () =>
  new Refusal(400, 'INVALID_AMOUNT', 'Amount must have at most two decimals');
export const amountTooLarge = () => new Refusal(400, 'AMOUNT_TOO_LARGE', 'Maximum amount allowed is 10000');
export const notACustomer = () => new Refusal(404, 'CUSTOMER_NOT_FOUND', 'This user is not a customer');
export const walletFull = () =>
  new Refusal(400, 'AMOUNT_TOO_LARGE', 'The wallet cannot hold as much as that');
