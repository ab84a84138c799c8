import { Readable } from 'node:stream';
import { tooManyListeners } from './errors.ts';
import type { Faults } from '../platform/process/faults.ts';
import type { Seats } from './seats.ts';

export type FreeSeats = {
  /** A stream of server-sent events: the free seats of all shows now, then again whenever they change. */
  open(): Promise<Readable>;
  close(): void;
};
export type FreeSeatsNeeds = {
  /** By show. */
  read: () => Promise<Record<string, number>>;
  seats: Pick<Seats, 'onChange'>;
  faults: Faults;
  mostListeners?: number;
};

const MOST_LISTENERS = 1_000;
// A listener is dropped when this much of the sent data is still unread.
const SLOW_BYTES = 16 * 1024;
// A change is sent at once, but not more often than the first interval. A change without a notice is found
// within the second.
const PAUSE_MS = 200;
const LOOK_MS = 400;
const COMMENT_MS = 15_000;
const RECONNECT_MS = 2_000;

/** Streams for the programme. One read serves all listeners, and nothing is read while there are none. */
export function createFreeSeats(needs: FreeSeatsNeeds): FreeSeats {
  const { read, seats, faults, mostListeners = MOST_LISTENERS } = needs;
  const listeners = new Set<Readable>();
  const tellAll = (text: string) => listeners.forEach((listener) => send(listener, text));
  const comments = setInterval(
    faults.guard('stream', () => tellAll(':\n\n')),
    COMMENT_MS,
  ).unref();
  let last: string | undefined;
  let isClosed = false;

  const looking = createLooking({
    isWanted: () => listeners.size > 0 && !isClosed,
    async look() {
      const free = JSON.stringify({ free: await read() });
      if (free === last) return;
      last = free;
      tellAll(eventOf(free));
    },
  });
  const stopHearing = seats.onChange(() => looking.soon());
  const admit = () => {
    if (listeners.size >= mostListeners) throw tooManyListeners();
    if (listeners.size === 0) last = undefined;
    const listener = new Readable({ read() {}, highWaterMark: SLOW_BYTES });
    listener.on('error', () => undefined);
    listener.once('close', () => listeners.delete(listener));
    listeners.add(listener);
    send(listener, `retry: ${RECONNECT_MS}\n\n`);
    return listener;
  };

  return {
    async open() {
      const listener = admit();
      if (last !== undefined) send(listener, eventOf(last));
      else {
        await looking.now().catch((error: unknown) => {
          listener.destroy();
          throw error;
        });
      }
      return listener;
    },
    close() {
      isClosed = true;
      stopHearing();
      clearInterval(comments);
      for (const listener of listeners) listener.push(null);
    },
  };
}

type Work = { isWanted: () => boolean; look: () => Promise<void> };

/** Repeats work while it is needed: soon after a change, and after an interval without one. */
function createLooking({ isWanted, look }: Work) {
  let lookedAt = 0;
  let hasChanged = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;

  const now = () => {
    underWay ??= lookOnce();
    return underWay;
  };
  const lookOnce = async () => {
    hasChanged = false;
    lookedAt = performance.now();
    try {
      await look();
    } finally {
      underWay = undefined;
      wait();
    }
  };
  const wait = () => {
    clearTimeout(timer);
    if (!isWanted()) return;
    const waitMs = lookedAt + (hasChanged ? PAUSE_MS : LOOK_MS) - performance.now();
    // While the database is away, the next look tries again.
    timer = setTimeout(() => void now().catch(() => undefined), Math.max(0, waitMs));
  };
  return {
    now,
    soon() {
      hasChanged = true;
      if (underWay === undefined) wait();
    },
  };
}

const eventOf = (free: string) => `event: seats\ndata: ${free}\n\n`;

function send(listener: Readable, text: string): void {
  if (listener.readableLength > SLOW_BYTES) listener.destroy();
  else listener.push(text);
}
