import { readMoney } from '../../checkout/amount.ts';

/** What was given for a price: the price itself where nothing was typed. */
export type Cash =
  | { kind: 'exact' }
  | { kind: 'enough'; changePaise: number }
  | { kind: 'short'; missingPaise: number }
  | { kind: 'unreadable' };

export function reckon(given: string, pricePaise: number): Cash {
  if (given.trim() === '') return { kind: 'exact' };
  const paise = readMoney(given);
  if (paise === undefined) return { kind: 'unreadable' };
  if (paise < pricePaise) return { kind: 'short', missingPaise: pricePaise - paise };
  return paise === pricePaise ? { kind: 'exact' } : { kind: 'enough', changePaise: paise - pricePaise };
}
