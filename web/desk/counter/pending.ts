import { keepInTab, readInTab } from '../../api/tab.ts';
import type { Order } from './order.ts';

const PLACE = 'skyfox.desk.sale';

/** Keeps the sale whose outcome is not known yet, so that a reload of the tab asks for it again. */
export const keepPending = (order: Order | undefined): void => keepInTab(PLACE, order);

export function readPending(): Order | undefined {
  const kept = readInTab(PLACE) as Order | undefined;
  return typeof kept?.key === 'string' && Array.isArray(kept.seats) ? kept : undefined;
}
