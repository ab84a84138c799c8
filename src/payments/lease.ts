import type { Failpoints } from '../platform/database/failpoints.ts';

// What a process needs beyond the gateway's time-out to connect, and to write down how a charge went, also after a
// short fail-over.
const MARGIN_SECONDS = 20;
// The part of it that must be left when the first byte goes out, so that the outcome can be written within the lease.
const WRITE_SECONDS = 5;

const leaseSeconds = (timeoutSeconds: number) => timeoutSeconds + MARGIN_SECONDS;

/** For how long the process that began an attempt may act on it. */
export type Lease = {
  readonly seconds: number;
  /** Whether it lasts for so long yet, and then for writing down what came of it. */
  covers(milliseconds: number): boolean;
};

/**
 * A lease as its own process counts it: from before the statement that writes it is sent, so that it is over here before
 * it is over in the database. One clock stands still while a machine sleeps, the other can be set back: the one by which
 * more time went by counts.
 */
export function startLease(timeoutSeconds: number): Lease {
  const seconds = leaseSeconds(timeoutSeconds);
  const begunAt = { monotonic: performance.now(), wall: Date.now() };
  const goneMs = () => Math.max(performance.now() - begunAt.monotonic, Date.now() - begunAt.wall);
  return {
    seconds,
    covers: (milliseconds) => seconds * 1_000 - goneMs() >= milliseconds + WRITE_SECONDS * 1_000,
  };
}

/** Asked when nothing but the first byte of a charge is left to do; what takes so long may begin only where it is true. */
export type MayBeSent = (withinMs: number) => boolean;

/** A process can stand still at any line, so the lease is looked at in the last one; only what comes after is a gap. */
export const lastCheck =
  (lease: Lease, fail: Failpoints): MayBeSent =>
  (withinMs) => {
    fail.at('charge connected');
    const isCovered = lease.covers(withinMs);
    fail.at('charge checked');
    return isCovered;
  };
