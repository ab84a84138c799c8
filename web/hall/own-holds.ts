import { signal, type ReadonlySignal } from '@preact/signals';
import { backOffMs, waitOrWake } from '../api/back-off.ts';
import { readBookings, type Booking } from '../api/routes.ts';
import type { HallModel } from './model.ts';

/** What this customer holds unpaid in a show. */
export type OwnHolds = {
  holds: ReadonlySignal<readonly Booking[]>;
  /** Reads them, and marks their seats. Returns none if no answer came. */
  read: (signal?: AbortSignal) => Promise<readonly Booking[] | undefined>;
  /** Reads them until an answer comes. */
  readSurely: (leaving: AbortSignal) => Promise<void>;
};

export function createOwnHolds(showId: number, model: Pick<HallModel, 'ownHeld'>): OwnHolds {
  const holds = signal<readonly Booking[]>([]);
  const read = async (signal?: AbortSignal) => {
    const { data } = await readBookings(signal);
    if (!data || signal?.aborted) return undefined;
    holds.value = data.filter(({ show_id, status }) => show_id === showId && status === 'Pending');
    model.ownHeld(holds.value.flatMap(({ seat_numbers }) => seat_numbers));
    return holds.value;
  };
  return {
    holds,
    read,
    async readSurely(leaving) {
      for (let tries = 1; !leaving.aborted && !(await read(leaving)); tries++) {
        await waitOrWake(backOffMs(tries), leaving);
      }
    },
  };
}
