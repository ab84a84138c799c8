/** Two clocks: the first stops while a phone sleeps but cannot be set; the second goes on but may be set. */
export type Clocks = { monotonic: () => number; wall: () => number };
export type Countdown = {
  /** Milliseconds left, never below 0. */
  left: () => number;
};

const browserClocks: Clocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/**
 * Counts down from what the server said is left. The larger of both elapsed times counts: after a sleep the wall clock
 * knows better, and a wall clock that is set back must not give time that there is not.
 */
export function startCountdown(remainingMs: number, clocks: Clocks = browserClocks): Countdown {
  const monotonic = clocks.monotonic();
  const wall = clocks.wall();
  const goneBy = () => Math.max(clocks.monotonic() - monotonic, clocks.wall() - wall);
  return { left: () => Math.max(0, remainingMs - goneBy()) };
}

/** The times at which the remaining time is spoken to users who cannot see it. */
export const SPOKEN_MS = [120_000, 60_000, 30_000] as const;

/** The moment that was passed between two looks and is to be spoken; of several the last one. */
export function spokenBetween(beforeMs: number, nowMs: number): number | undefined {
  return SPOKEN_MS.findLast((moment) => beforeMs > moment && nowMs <= moment);
}
