import pg from 'pg';
import type { Faults } from '../process/faults.ts';

// The interval while a reader needs freshness. Otherwise a heartbeat only detects a dead connection.
const PAUSE_MS = 80;
const IDLE_PAUSE_MS = 5_000;
const WANTED_MS = 2_000;
// With the 20 ms for which a writer collects its notices, and a moment for sending them, these are the 250 ms of rules.md 2.
const HEARD_MS = 200;

export type Heartbeat = {
  /** Starts on a new connection, which listens to `channel`. */
  start(line: pg.Client): void;
  stop(): void;
  /** Whether every notice of the last 200 ms has been heard. */
  areHeard(): boolean;
};
type Needs = { channel: string; faults: Faults; onDead: (line: pg.Client, error: unknown) => void };

/**
 * Notices arrive in the order of their commits, so when a heartbeat comes back, every notice committed before
 * it has arrived. The heartbeat uses the listening connection itself; `onDead` is called if it takes too
 * long. It has a channel of its own, so it wakes no other process.
 */
export function createHeartbeat({ channel, faults, onDead }: Needs): Heartbeat {
  let line: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isIdle = false;
  let wantedUntil = 0;
  let heardAt = Number.NEGATIVE_INFINITY;

  const beat = faults.guard('timer', async (current: pg.Client) => {
    isIdle = false;
    const sentAt = performance.now();
    let hasReturned = false;
    const hear = (notice: pg.Notification) => {
      hasReturned ||= notice.channel === channel;
    };
    current.on('notification', hear);
    try {
      await current.query(`notify ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      onDead(current, error);
      return;
    } finally {
      current.off('notification', hear);
    }
    if (line !== current) return;
    if (hasReturned) heardAt = sentAt;
    isIdle = performance.now() >= wantedUntil;
    timer = setTimeout(() => beat(current), isIdle ? IDLE_PAUSE_MS : PAUSE_MS);
  });

  return {
    start(current) {
      line = current;
      beat(current);
    },
    stop() {
      line = undefined;
      heardAt = Number.NEGATIVE_INFINITY;
      clearTimeout(timer);
    },
    areHeard() {
      const now = performance.now();
      wantedUntil = now + WANTED_MS;
      if (isIdle && line) {
        clearTimeout(timer);
        beat(line);
      }
      return now - heardAt < HEARD_MS;
    },
  };
}
