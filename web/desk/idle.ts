import { startCountdown, type Clocks } from '../checkout/countdown.ts';

export type Idle = {
  /** A key or a touch, here or in another tab. Answers whether it came in time. */
  used: () => boolean;
  /** Milliseconds until the session ends. */
  left: () => number;
};

/** `usedAgoMs`: how long ago the desk was used when the page was opened. */
export function createIdle(idleMs: number, usedAgoMs: number, clocks?: Clocks): Idle {
  // A clock that was set back makes no time.
  let countdown = startCountdown(idleMs - Math.max(0, usedAgoMs), clocks);
  return {
    used() {
      // The first key after the machine slept past the end comes too late.
      if (countdown.left() === 0) return false;
      countdown = startCountdown(idleMs, clocks);
      return true;
    },
    left: () => countdown.left(),
  };
}

const LONGEST_WARNING_MS = 60_000;
/** How long before the end the warning comes. */
export const warningMs = (idleMs: number): number => Math.min(LONGEST_WARNING_MS, idleMs / 2);
