import { signal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { send } from '../api/call.ts';
import { createRequestKeys, type RequestKeys } from '../api/request-keys.ts';
import { readSeatMap } from '../api/routes.ts';
import { watch, type StreamState } from '../api/stream.ts';
import { announce, announceNow } from '../parts/announce.tsx';
import type { Line } from '../parts/live-seats.ts';
import { list } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { createSummaries } from './announcing.ts';
import { readOccupation, type Occupation } from './live.ts';
import { readHall, type Seat, type SeatMap } from './map.ts';
import { createHallModel, type HallModel } from './model.ts';
import { createOwnHolds, type OwnHolds } from './own-holds.ts';

export type LiveHall = {
  model: HallModel;
  line: ReadonlySignal<Line>;
  /** Chosen seats that another customer has taken, until the choice changes. */
  lost: ReadonlySignal<readonly Seat[]>;
  forgetLost: () => void;
  own: OwnHolds;
  /** One for all dialogs of this hall: a hold that is tried again in the next one is the same hold. */
  holdKeys: RequestKeys;
  /** Call this before a hold is asked for. */
  beforeHold: () => void;
  /**
   * Call this when there is no hold, or nobody knows. Reads which seats are free; where the own holds are not known, once
   * they are, so that seats that are held after all are not called another customer's.
   */
  afterNoHold: (isOwnKnown: boolean) => Promise<void>;
};

/** `isCounter`: nobody has holds there. `isSelling`: the chosen seats are being sold. */
type HallOptions = { isCounter: boolean; isSelling: boolean };

/** The hall of a show from its seat map, kept up to date as long as it is on screen. */
export function useHall(
  showId: number,
  map: SeatMap,
  { isCounter = false, isSelling = false } = {},
): LiveHall {
  const hall = useMemo(() => openHall(showId, map, { isCounter, isSelling }), [showId]);
  useEffect(() => {
    const leaving = new AbortController();
    // Before, own seats would be called another customer's.
    if (!isCounter)
      void hall.own.readSurely(leaving.signal).then(() => leaving.signal.aborted || hall.tellGone());
    const stop = hall.follow();
    return () => {
      leaving.abort();
      stop();
    };
  }, [hall]);
  return hall;
}

function openHall(
  showId: number,
  map: SeatMap,
  { isCounter, isSelling }: HallOptions,
): LiveHall & { tellGone: () => void; follow: () => () => void } {
  const model = createHallModel(readHall(map), showId);
  const own = createOwnHolds(showId, model);
  const line = signal<Line>({ state: 'live', heardAt: Date.now() });
  const { hear, lost, tellLost, rest } = hearing(
    model,
    () => (line.value = { ...line.peek(), heardAt: Date.now() }),
  );
  let waiting = new AbortController();
  const lookAgain = async () => {
    model.isHolding.value = false;
    const { data } = await readSeatMap(showId);
    if (data) hear(occupationOf(data.seat_map));
  };
  model.isHolding.value = isSelling;
  // A choice that was kept over a login, a reload or a hold that ended may have lost seats.
  const goneMeanwhile = model.heard(occupationOf(map)).lost;
  if (isCounter) lost.value = goneMeanwhile;
  return {
    model,
    line,
    lost,
    forgetLost: () => (lost.value = []),
    own,
    holdKeys: createRequestKeys(),
    beforeHold() {
      waiting.abort();
      model.isHolding.value = true;
    },
    async afterNoHold(isOwnKnown) {
      if (isOwnKnown) return lookAgain();
      waiting = new AbortController();
      const { signal } = waiting;
      void own.readSurely(signal).then(() => (signal.aborted ? undefined : lookAgain()));
    },
    tellGone: () =>
      tellLost(goneMeanwhile.filter(({ number }) => ['taken', 'held'].includes(model.lookOf(number)))),
    follow() {
      const onState = (state: StreamState) => (line.value = { ...line.peek(), state });
      const stop = follow(showId, { hear, onState });
      return () => {
        waiting.abort();
        rest();
        stop();
      };
    },
  };
}

/** What becomes of news about the seats: drawn, and told to users who cannot see it. */
function hearing(model: HallModel, onNews: () => void) {
  const lost = signal<readonly Seat[]>([]);
  let planned: ReturnType<typeof setTimeout> | undefined;
  const summarise = createSummaries({
    say: ({ taken, freed, left }) => announce(text.hall.summary(taken, freed, left)),
    now: () => performance.now(),
    later: (ms, act) => (planned = setTimeout(act, ms)),
  });
  const tellLost = (seats: readonly Seat[]) => {
    if (seats.length === 0) return;
    lost.value = seats;
    announceNow(text.hall.goneFromChoice(list(seats.map(({ number }) => number)), seats.length));
  };
  const hear = (occupation: Occupation) => {
    const before = model.freeCount.peek();
    const heard = model.heard(occupation);
    const left = model.freeCount.peek();
    onNews();
    tellLost(heard.lost);
    if (left === 0 && before > 0) announceNow(text.hall.soldOut);
    else summarise(heard.changes, left);
  };
  // On the next page nobody wants to hear of this hall.
  return { hear, lost, tellLost, rest: () => clearTimeout(planned) };
}

export const occupationOf = (map: SeatMap): Occupation => ({
  occupied: Object.values(map).flatMap((seats) =>
    seats.filter(({ occupied }) => occupied).map(({ seat_number }) => seat_number),
  ),
});

type Follower = { hear: (occupation: Occupation) => void; onState: (state: StreamState) => void };

function follow(showId: number, { hear, onState }: Follower): () => void {
  let etag = '';
  const path = `/shows/${showId}/seat-map`;
  const poll = async () => {
    const sent = await send(path, { asUser: true, headers: etag ? { 'if-none-match': etag } : {} });
    if ('failure' in sent || ![200, 304].includes(sent.response.status)) return false;
    if (sent.response.status === 304) return true;
    etag = sent.response.headers.get('etag') ?? '';
    const { data } = (await sent.response.json()) as { data: { seat_map: SeatMap } };
    hear(occupationOf(data.seat_map));
    return true;
  };
  const onEvent = ({ data }: { data: string }) => {
    const occupation = readOccupation(data);
    if (occupation) hear(occupation);
  };
  const { close } = watch({ path: `${path}/events`, asUser: true, onEvent, onState, poll });
  return close;
}
