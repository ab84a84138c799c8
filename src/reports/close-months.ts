import { one, sql, type Sql } from '../platform/database/db.ts';
import type { Log } from '../platform/log.ts';

export type MonthCloser = {
  /** Closes months in the background, unless that is under way or was done a moment ago. */
  look(): void;
};

// However many reports are read while old sales are being loaded, closing takes a tenth of the time at most.
const REST = 10;
const SHORTEST_REST_MS = 1_000;

/**
 * Has the database count the months that are over (migration 30), so that the next report need not. Reports are right
 * without: what is not closed, or not any more, is read sale by sale.
 */
export function createMonthCloser({ on, zone, log }: { on: Sql; zone: string; log: Log }): MonthCloser {
  let nextAt = 0;
  return {
    look() {
      const startedAt = performance.now();
      if (startedAt < nextAt) return;
      nextAt = Number.POSITIVE_INFINITY;
      closeMonths(on, zone)
        .catch((error: unknown) => log.warn({ err: error }, 'months could not be closed; reports are slower'))
        .finally(() => {
          const now = performance.now();
          nextAt = now + Math.max(SHORTEST_REST_MS, REST * (now - startedAt));
        });
    },
  };
}

/** Closes all months that are over for two weeks, one after the other. */
export async function closeMonths(on: Sql, zone: string): Promise<void> {
  while ((await one<{ more: boolean }>(on, sql`select close_revenue_month(${zone}) as more`)).more);
}
