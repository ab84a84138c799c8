// The time beyond the gateway's time-out in which a process connects and records the outcome, even after a
// short fail-over.
const MARGIN_SECONDS = 20;
// The part that must be left when the first byte is sent, so the outcome can be written within the lease.
const WRITE_SECONDS = 5;

const leaseSeconds = (timeoutSeconds: number) => timeoutSeconds + MARGIN_SECONDS;

/** How long the process that began an attempt may act on it. */
export type Lease = {
  readonly seconds: number;
  /** Whether the lease lasts this long and leaves time to record the outcome. */
  covers(milliseconds: number): boolean;
};

/**
 * A lease as its own process measures it. It starts before the statement that writes it is sent, so it ends
 * here before it ends in the database.
 */
export function startLease(timeoutSeconds: number): Lease {
  const seconds = leaseSeconds(timeoutSeconds);
  const elapsedMs = startStopwatch();
  return {
    seconds,
    covers: (milliseconds) => seconds * 1_000 - elapsedMs() >= milliseconds + WRITE_SECONDS * 1_000,
  };
}

/**
 * The milliseconds since this call. One clock stops while a machine sleeps, and the other can be set back, so
 * the clock that shows more elapsed time counts.
 */
export function startStopwatch(): () => number {
  const begunAt = { monotonic: performance.now(), wall: Date.now() };
  return () => Math.max(performance.now() - begunAt.monotonic, Date.now() - begunAt.wall);
}

/** The last check before the first byte of a charge. Slow preparations may begin only if it is true. */
export type MayBeSent = (withinMs: number) => boolean;

/** A process can stand still at any line, so this check is the last line before the send. */
export const lastCheck =
  (lease: Lease): MayBeSent =>
  (withinMs) =>
    lease.covers(withinMs);
