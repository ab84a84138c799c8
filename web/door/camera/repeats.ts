/** So long out of sight, and a code that comes back is a new scan. */
const GONE_MS = 2_000;

/** Of the codes that a camera sees in every picture, those that are new. */
export function createRepeats() {
  let last: { text: string; seenAt: number } | undefined;
  return {
    isNew(text: string, now: number): boolean {
      const isRepeat = last?.text === text && now - last.seenAt < GONE_MS;
      last = { text, seenAt: now };
      return !isRepeat;
    },
    /** Nobody looked for a while: what is in sight now is what was. */
    resume(now: number): void {
      if (last) last.seenAt = now;
    },
  };
}
