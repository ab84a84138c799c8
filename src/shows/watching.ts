import { Readable } from 'node:stream';
import type { Faults } from '../platform/process/faults.ts';
import type { Occupied } from './seat-map.ts';
import type { Seats } from './seats.ts';

/** Whose stream it is: until when his token is good, and whether his session still is. */
export type Session = { endsInMs: number; isLive: () => Promise<boolean> };

export type Watching = {
  /** A stream of server-sent events: all that is taken now, then again whenever that changes. Throws SHOW_NOT_FOUND. */
  open(showId: number, session: Session): Promise<Readable>;
  /** Whether there is such a show to watch. Throws SHOW_NOT_FOUND. */
  find(showId: number): Promise<void>;
  readonly watchers: () => number;
  close(): void;
};

type Room = { watchers: Set<Readable>; last: string; version: number; look(): void; leave(): void };

// With the time that a look takes, a change of another machine whose notice was lost is seen within 250 ms.
const LOOK_MS = 200;
// That a held seat was paid for, nobody tells: it is found by looking.
const YOUNGER_THAN_MS = 250;
const CHECK_MS = 1_500;
const COMMENT_MS = 15_000;
// Who has not taken so much of what was sent is dropped: nobody waits for him.
const SLOW_BYTES = 64 * 1024;
const RECONNECT_MS = 1_000;

export type WatchingNeeds = { seats: Seats; faults: Faults };

/** Who watches seat maps. Each show that is watched is looked at once, however many watch it, and then not at all. */
export function createWatching({ seats, faults }: WatchingNeeds): Watching {
  const rooms = new Map<number, Room>();
  const stopHearing = seats.onChange(({ showId }) => rooms.get(showId)?.look());
  const comment = () => {
    for (const { watchers } of rooms.values()) for (const watcher of watchers) send(watcher, ':\n\n');
  };
  const comments = setInterval(faults.guard('stream', comment), COMMENT_MS).unref();

  const roomOf = async (showId: number): Promise<Room> => {
    const known = rooms.get(showId);
    if (known) return known;
    const { facts } = await seats.findMap(showId);
    const room = rooms.get(showId) ?? openRoom({ seats, faults }, showId, facts, () => rooms.delete(showId));
    rooms.set(showId, room);
    return room;
  };

  return {
    async open(showId, { endsInMs, isLive }) {
      const room = await roomOf(showId);
      const watcher = new Readable({ read() {}, highWaterMark: SLOW_BYTES });
      // What comes after its end is nobody's fault and nobody's news.
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
        room.watchers.delete(watcher);
        if (room.watchers.size === 0) room.leave();
      });
      room.watchers.add(watcher);
      send(watcher, `retry: ${RECONNECT_MS}\n${eventOf(room)}`);
      // The room may have been opened by what was known a moment ago.
      room.look();
      return watcher;
    },
    async find(showId) {
      await seats.findMap(showId);
    },
    watchers: () => [...rooms.values()].reduce((sum, { watchers }) => sum + watchers.size, 0),
    close() {
      stopHearing();
      clearInterval(comments);
      for (const { watchers } of rooms.values()) for (const watcher of watchers) watcher.push(null);
    },
  };
}

function openRoom(
  { seats, faults }: WatchingNeeds,
  showId: number,
  state: Occupied,
  onEmpty: () => void,
): Room {
  let looking = false;
  let again = false;
  const room: Room = {
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
        // Where the database is away the next look tries again; watchers keep what they know.
        const map = await seats.findMap(showId, { youngerThanMs: YOUNGER_THAN_MS }).catch(() => undefined);
        if (map) tell(room, eventData(map.facts));
      }
    } finally {
      looking = false;
    }
  };
  const guardedLook = faults.guard('stream', look);
  const timer = setInterval(() => room.look(), LOOK_MS);
  return room;
}

function tell(room: Room, state: string): void {
  if (state === room.last) return;
  room.last = state;
  room.version = Math.max(room.version + 1, Date.now());
  const event = eventOf(room);
  for (const watcher of room.watchers) send(watcher, event);
}

const eventData = ({ occupied, held }: Occupied) => JSON.stringify({ occupied, held });

const eventOf = ({ version, last }: Room) => `id: ${version}\nevent: seats\ndata: ${last}\n\n`;

function send(watcher: Readable, text: string): void {
  if (watcher.readableLength > SLOW_BYTES) watcher.destroy();
  else watcher.push(text);
}
