import type { ScheduledShow } from '../../api/office-routes.ts';
import { readMoney } from '../../checkout/amount.ts';
import type { Cell } from './week.ts';

const MOST_PAISE = 300_000;

/** A price in paise; undefined for what the API would refuse. */
export function readPrice(typed: string): number | undefined {
  const paise = readMoney(typed) ?? 0;
  return paise > 0 && paise <= MOST_PAISE ? paise : undefined;
}

/** The latest price of the same slot, or of the week, to begin with. */
export function priceNear({ slot }: Pick<Cell, 'slot'>, shows: readonly ScheduledShow[]): string {
  const near = shows.findLast((show) => show.slot.id === slot.id) ?? shows.at(-1);
  return near === undefined ? '' : String(near.cost);
}
