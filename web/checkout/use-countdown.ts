import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { announce } from '../parts/announce.tsx';
import { spokenBetween, startCountdown, type Countdown } from './countdown.ts';

const LOOK_MS = 250;

type CountdownOptions = {
  /** Stands still, as while a payment is under way. */
  isStopped?: boolean;
  /** What is said of so many milliseconds to users who cannot see them. */
  spoken: (ms: number) => string;
  onOver: () => void;
};

/** Milliseconds left, drawn four times a second. */
export function useCountdown(
  remainingMs: number,
  { isStopped = false, spoken: say, onOver }: CountdownOptions,
): ReadonlySignal<number> {
  const left = useSignal(remainingMs);
  const over = useRef(onOver);
  over.current = onOver;
  const countdown = useMemo(() => startCountdown(remainingMs), [remainingMs]);
  const hasCalled = useRef<Countdown>(undefined);
  useEffect(() => {
    if (isStopped) return undefined;
    let before = countdown.left();
    const look = () => {
      const now = countdown.left();
      const spoken = spokenBetween(before, now);
      if (spoken) announce(say(spoken));
      // Once for each countdown, also for one that begins at its end.
      if (now === 0 && hasCalled.current !== countdown) {
        hasCalled.current = countdown;
        over.current();
      }
      left.value = before = now;
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [countdown, isStopped]);
  return left;
}
