import { signal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { send } from '../api/call.ts';
import { watch, type StreamState } from '../api/stream.ts';
import { announce, announceNow } from '../parts/announce.tsx';
import { list } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { createSummaries } from './announcing.ts';
import { readOccupation, type Occupation } from './live.ts';
import { readHall, type Seat, type SeatMap } from './map.ts';
import { createHallModel, type HallModel } from './model.ts';

export type Line = { state: StreamState; heardAt: number };
export type LiveHall = {
  model: HallModel;
  line: ReadonlySignal<Line>;
  /** Chosen seats that another customer has taken, until the choice changes. */
  lost: ReadonlySignal<readonly Seat[]>;
  hear: (occupation: Occupation) => void;
  forgetLost: () => void;
};

/** The hall of a show from its seat map, kept up to date as long as it is on screen. */
export function useHall(showId: number, map: SeatMap): LiveHall {
  const hall = useMemo(() => openHall(showId, map), [showId]);
  useEffect(() => hall.follow(), [hall]);
  return hall;
}

function openHall(showId: number, map: SeatMap): LiveHall & { follow: () => () => void } {
  const model = createHallModel(readHall(map), showId);
  const line = signal<Line>({ state: 'live', heardAt: Date.now() });
  const lost = signal<readonly Seat[]>([]);
  const summarise = createSummaries({
    say: ({ taken, freed, left }) => announce(text.hall.summary(taken, freed, left)),
    now: () => performance.now(),
    later: (ms, act) => setTimeout(act, ms),
  });
  const hear = (occupation: Occupation) => {
    const before = model.freeCount.peek();
    const heard = model.heard(occupation);
    const left = model.freeCount.peek();
    line.value = { ...line.peek(), heardAt: Date.now() };
    if (heard.lost.length > 0) {
      lost.value = heard.lost;
      announceNow(text.hall.goneFromChoice(list(heard.lost.map(({ number }) => number)), heard.lost.length));
    }
    if (left === 0 && before > 0) announceNow(text.hall.soldOut);
    else summarise(heard.changes, left);
  };
  model.heard(occupationOf(map));
  return {
    model,
    line,
    lost,
    hear,
    forgetLost: () => (lost.value = []),
    follow: () => follow(showId, { hear, onState: (state) => (line.value = { ...line.peek(), state }) }),
  };
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
