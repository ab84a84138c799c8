import type { Faults } from '../platform/process/faults.ts';
import type { Log } from '../platform/log.ts';
import type { Machine, Topic } from '../platform/process/machine.ts';
import { createAnswerCache, type AnswerCache, type CachedAnswer } from '../platform/http/answer-cache.ts';
import type { SeatMapFacts, SeatMapReader } from './seat-map.ts';

/** A show whose seats were taken or freed. */
export type SeatChange = { showId: number; date: string };

/** For changes of other processes and machines. */
export const isSeatChange = (item: unknown): item is SeatChange =>
  typeof item === 'object' &&
  item !== null &&
  'showId' in item &&
  Number.isSafeInteger(item.showId) &&
  'date' in item &&
  typeof item.date === 'string';

const SEAT_CHANGES: Topic<SeatChange> = { name: 'seats', isItem: isSeatChange };

type Listener = (change: SeatChange) => void;

export type Seats = {
  readonly maps: AnswerCache<number, SeatMapFacts>;
  /** The seat map of a show. Throws SHOW_NOT_FOUND. */
  findMap(showId: number, limits?: { youngerThanMs: number }): Promise<CachedAnswer<SeatMapFacts>>;
  /** By date, or `today`; noted is whether customers may see that day. */
  readonly days: AnswerCache<string, { inReach: boolean }>;
  /** Slots that are free by date, or `today`, or `all` of them. */
  readonly slots: AnswerCache<string>;
  /**
   * Call this after the commit and await it before the answer is sent, so the client sees its write on every
   * process of this machine. Other machines get a notice soon after. It never fails, because the change is
   * committed.
   */
  changed(change: SeatChange): Promise<void>;
  /** Whether all notices of other machines until a moment ago have arrived. */
  hearsChanges(): boolean;
  /** Changes of all processes and machines, as they become known. */
  onChange(listener: Listener): () => void;
  /** Another machine has written. */
  heard(changes: readonly SeatChange[]): void;
  /** Notices may have been lost. */
  forgetAll(): void;
};
type SeatNeeds = {
  machine: Machine;
  log: Log;
  faults: Faults;
  tellOthers: (change: SeatChange) => void;
  /** Whether the notices of others have arrived: `Notices`. */
  hearsChanges: () => boolean;
  readMap: SeatMapReader;
};

export function createSeats(needs: SeatNeeds): Seats {
  const { machine, log, faults, tellOthers, hearsChanges, readMap } = needs;
  const maps = createAnswerCache<number, SeatMapFacts>({ name: 'seat maps', log, hearsChanges });
  const days = createAnswerCache<string, { inReach: boolean }>({ name: 'days', log, hearsChanges });
  const slots = createAnswerCache<string>({ name: 'slots', log });
  const listeners = new Set<Listener>();

  const apply = (change: SeatChange) => {
    maps.drop(change.showId);
    for (const answers of [days, slots]) {
      answers.drop(change.date);
      answers.drop('today');
    }
    for (const listener of listeners) listener(change);
  };
  machine.onBroadcast(SEAT_CHANGES, (changes) => changes.forEach(apply));

  return {
    maps,
    hearsChanges,
    findMap: (showId, limits) => maps.get(showId, (before) => readMap(showId, before), limits),
    days,
    slots,
    changed(change) {
      apply(change);
      tellOthers(change);
      return machine.broadcast(SEAT_CHANGES, change);
    },
    onChange(listener) {
      const guarded = faults.guard('stream', listener);
      listeners.add(guarded);
      return () => void listeners.delete(guarded);
    },
    heard: (changes) => changes.forEach(apply),
    forgetAll() {
      maps.clear();
      days.clear();
      slots.clear();
    },
  };
}
