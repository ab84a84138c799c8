import { Decimal } from 'decimal.js';
import { invalidRequest } from './errors.ts';

export { Decimal };

/** An amount that a client sent: a JSON number, or digits as text. Absent is 0. Throws INVALID_REQUEST for other text. */
export function readMoney(value: number | string | undefined): Decimal {
  if (typeof value === 'string' && !/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?$/.test(value)) throw invalidRequest();
  return new Decimal(value ?? 0);
}

export const hasPaise = (amount: Decimal) => amount.decimalPlaces() <= 2;

/** An amount as the API writes it: a JSON number of at most two decimals, which a double holds exactly enough. */
export const moneyOut = (amount: Decimal | string) => Number(new Decimal(amount).toFixed(2));
