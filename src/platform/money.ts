import { Decimal } from 'decimal.js';

export { Decimal };

/**
 * Money as text in a request. The pattern lets more than two decimals pass, since these are refused as a wrong amount
 * and not as a malformed body.
 */
export const DECIMAL = /^-?(0|[1-9][0-9]{0,30})([.][0-9]{1,30})?$/;

/** An amount that a client sent and its schema (`MoneyIn`) let pass. Absent is 0. */
export const readMoney = (value: number | string | undefined) => new Decimal(value ?? 0);

export const hasPaise = (amount: Decimal) => amount.decimalPlaces() <= 2;

/** An amount as the API writes it: a JSON number of at most two decimals, which a double holds exactly enough. */
export const moneyOut = (amount: Decimal | string) => Number(new Decimal(amount).toFixed(2));
