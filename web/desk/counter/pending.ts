import type { Order } from './order.ts';

const PLACE = 'skyfox.desk.sale';

/** Keeps the sale whose outcome is not known yet, so that a reload of the tab asks for it again. */
export function keepPending(order: Order | undefined): void {
  try {
    if (order) sessionStorage.setItem(PLACE, JSON.stringify(order));
    else sessionStorage.removeItem(PLACE);
  } catch {
    // Without storage the sale is asked for as long as the page is open.
  }
}

export function readPending(): Order | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null') as Order | null;
    return typeof kept?.key === 'string' && Array.isArray(kept.seats) ? kept : undefined;
  } catch {
    return undefined;
  }
}
