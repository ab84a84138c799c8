import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { MOST_SEATS, openChoice } from './choice.ts';
import { changesOf, type Change, type Occupation, type SeatState } from './live.ts';
import { inOrder, type Hall, type Seat } from './map.ts';

export type Look = SeatState | 'yours';
export type Toggled = 'chosen' | 'let go' | 'not free' | 'too many';

/** A hall while it is looked at. Each seat has a signal of its own, so that a change draws that seat alone. */
export type HallModel = {
  hall: Hall;
  lookOf: (number: string) => Look;
  isFree: (number: string) => boolean;
  chosen: ReadonlySignal<readonly Seat[]>;
  totalPaise: ReadonlySignal<number>;
  freeCount: ReadonlySignal<number>;
  /** The one seat that Tab leads to. */
  current: Signal<string>;
  toggle: (number: string) => Toggled;
  choose: (numbers: readonly string[]) => void;
  /**
   * What a stream or a request says is taken. Answers what changed, and which chosen seats another customer has taken. Own
   * seats leave the choice too, but are not lost.
   */
  heard: (occupation: Occupation) => { changes: Change[]; lost: Seat[] };
  /** While the request for a hold is under way, updates about the chosen seats wait for its answer. */
  isHolding: Signal<boolean>;
  ownHeld: (numbers: readonly string[]) => void;
};

export function createHallModel(hall: Hall, showId: number): HallModel {
  const states = new Map([...hall.seats.keys()].map((number) => [number, signal<SeatState>('free')]));
  const numbers = openChoice(showId);
  const isHolding = signal(false);
  let own = new Set<string>();
  let last: Occupation = { occupied: [] };
  const isFree = (number: string) => states.get(number)?.value === 'free';
  const chosen = computed(() => inOrder(hall, numbers.value));
  const setChosen = (next: Iterable<string>) => (numbers.value = new Set(next));

  const heard = (occupation: Occupation) => {
    // What was taken when it was last heard of, and is not any more, is no longer held.
    for (const number of last.occupied) if (!occupation.occupied.includes(number)) own.delete(number);
    last = occupation;
    const known = new Map([...states].map(([number, state]) => [number, state.peek()]));
    const isWaiting = (number: string) => isHolding.peek() && numbers.peek().has(number);
    const changes = changesOf(known, occupation, own).filter(({ number }) => !isWaiting(number));
    batch(() => {
      for (const { number, to } of changes) {
        const state = states.get(number);
        if (state) state.value = to;
      }
    });
    const gone = chosen.peek().filter(({ number }) => !isWaiting(number) && !isFree(number));
    if (gone.length > 0)
      setChosen([...numbers.peek()].filter((number) => isFree(number) || isWaiting(number)));
    return { changes, lost: gone.filter(({ number }) => !own.has(number)) };
  };
  return {
    hall,
    lookOf: (number) => {
      const state = states.get(number)?.value ?? 'taken';
      return state === 'free' && numbers.value.has(number) ? 'yours' : state;
    },
    isFree,
    chosen,
    totalPaise: computed(() => chosen.value.reduce((sum, { paise }) => sum + paise, 0)),
    freeCount: computed(() => [...states.values()].filter(({ value }) => value === 'free').length),
    current: signal(
      hall.rows.flatMap(({ seats }) => seats.filter((seat) => seat !== undefined))[0]?.number ?? '',
    ),
    toggle(number) {
      if (numbers.value.has(number)) {
        setChosen([...numbers.value].filter((other) => other !== number));
        return 'let go';
      }
      if (!isFree(number)) return 'not free';
      if (numbers.value.size >= MOST_SEATS) return 'too many';
      setChosen([...numbers.value, number]);
      return 'chosen';
    },
    choose: setChosen,
    heard,
    isHolding,
    ownHeld(held) {
      own = new Set(held);
      heard(last);
    },
  };
}
