import { Readable } from 'node:stream';
import type { Faults } from '../platform/process/faults.ts';
import type { Occupied } from './seat-map.ts';
import type { Seats } from './seats.ts';

/** The session of a stream: when its token expires, and whether it is still valid. */
export type Session = { endsInMs: number; isLive: () => Promise<boolean> };

export type Watching = {
  /** A stream of server-sent events: all that is taken now, then again whenever that changes. Throws SHOW_NOT_FOUND. */
  open(showId: number, session: Session): Promise<Readable>;
  /** Whether there is such a show to watch. Throws SHOW_NOT_FOUND. */
  find(showId: number): Promise<void>;
  readonly watchers: () => number;
  close(): void;
};

type SeatMapChannel = { watchers: Set<Readable>; last: string; version: number; look(): void; leave(): void };

// A change without a notice is found by reading, within the bounds of decision 76.
const LOOK_MS = 200;
// No notice is sent when a held seat is paid.
const YOUNGER_THAN_MS = 250;
const CHECK_MS = 1_500;
const COMMENT_MS = 15_000;
// A watcher is dropped when this much of the sent data is still unread.
const SLOW_BYTES = 64 * 1024;
const RECONNECT_MS = 1_000;

export type WatchingNeeds = { seats: Seats; faults: Faults };

/** Streams of seat maps. Each watched show is read once for all its watchers, and not at all without one. */
export function createWatching({ seats, faults }: WatchingNeeds): Watching {
  const channels = new Map<number, SeatMapChannel>();
  const stopHearing = seats.onChange(({ showId }) => channels.get(showId)?.look());
  const comment = () => {
    for (const { watchers } of channels.values()) for (const watcher of watchers) send(watcher, ':\n\n');
  };
  const comments = setInterval(faults.guard('stream', comment), COMMENT_MS).unref();

  const findChannel = async (showId: number): Promise<SeatMapChannel> => {
    const known = channels.get(showId);
    if (known) return known;
    const { facts } = await seats.findMap(showId);
    const channel =
      channels.get(showId) ?? openChannel({ seats, faults }, showId, facts, () => channels.delete(showId));
    channels.set(showId, channel);
    return channel;
  };

  return {
    async open(showId, { endsInMs, isLive }) {
      const channel = await findChannel(showId);
      const watcher = new Readable({ read() {}, highWaterMark: SLOW_BYTES });
      // Data sent after the end of a stream is lost, which is correct.
      watcher.on('error', () => undefined);
      const ends = setTimeout(() => watcher.push(null), Math.min(endsInMs, 2 ** 31 - 1));
      const check = async () => {
        // A database that is away says nothing about a session.
        if (!(await isLive().catch(() => true))) watcher.push(null);
      };
      const checks = setInterval(faults.guard('stream', check), CHECK_MS);
      watcher.once('close', () => {
        clearTimeout(ends);
        clearInterval(checks);
        channel.watchers.delete(watcher);
        if (channel.watchers.size === 0) channel.leave();
      });
      channel.watchers.add(watcher);
      send(watcher, `retry: ${RECONNECT_MS}\n${eventOf(channel)}`);
      // The channel may have been opened with a state that is a moment old.
      channel.look();
      return watcher;
    },
    async find(showId) {
      await seats.findMap(showId);
    },
    watchers: () => [...channels.values()].reduce((sum, { watchers }) => sum + watchers.size, 0),
    close() {
      stopHearing();
      clearInterval(comments);
      for (const { watchers } of channels.values()) for (const watcher of watchers) watcher.push(null);
    },
  };
}

function openChannel(
  { seats, faults }: WatchingNeeds,
  showId: number,
  state: Occupied,
  onEmpty: () => void,
): SeatMapChannel {
  let looking = false;
  let again = false;
  const channel: SeatMapChannel = {
    watchers: new Set(),
    last: eventData(state),
    version: Date.now(),
    look: () => guardedLook(),
    leave() {
      clearInterval(timer);
      onEmpty();
    },
  };
  const look = async () => {
    again = true;
    if (looking) return;
    looking = true;
    try {
      while (again) {
        again = false;
        // While the database is away, watchers keep their last state.
        const map = await seats.findMap(showId, { youngerThanMs: YOUNGER_THAN_MS }).catch(() => undefined);
        if (map) tell(channel, eventData(map.facts));
      }
    } finally {
      looking = false;
    }
  };
  const guardedLook = faults.guard('stream', look);
  const timer = setInterval(() => channel.look(), LOOK_MS);
  return channel;
}

function tell(channel: SeatMapChannel, state: string): void {
  if (state === channel.last) return;
  channel.last = state;
  channel.version = Math.max(channel.version + 1, Date.now());
  const event = eventOf(channel);
  for (const watcher of channel.watchers) send(watcher, event);
}

const eventData = ({ occupied, held }: Occupied) => JSON.stringify({ occupied, held });

const eventOf = ({ version, last }: SeatMapChannel) => `id: ${version}\nevent: seats\ndata: ${last}\n\n`;

function send(watcher: Readable, text: string): void {
  if (watcher.readableLength > SLOW_BYTES) watcher.destroy();
  else watcher.push(text);
}
