import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../parts/announce.tsx';
import { text } from '../text/text.ts';
import { spokenBetween, startCountdown } from './countdown.ts';

const LOOK_MS = 250;

/** Milliseconds left of a hold, drawn four times a second. It stands still while a payment is under way. */
export function useCountdown(
  remainingMs: number,
  { isStopped, onOver }: { isStopped: boolean; onOver: () => void },
): ReadonlySignal<number> {
  const left = useSignal(remainingMs);
  const over = useRef(onOver);
  over.current = onOver;
  const counting = useRef<{ of: number; countdown: ReturnType<typeof startCountdown> } | undefined>(
    undefined,
  );
  if (counting.current?.of !== remainingMs) {
    counting.current = { of: remainingMs, countdown: startCountdown(remainingMs) };
  }
  useEffect(() => {
    if (isStopped) return undefined;
    let before = left.peek();
    const look = () => {
      const now = counting.current?.countdown.left() ?? 0;
      const spoken = spokenBetween(before, now);
      if (spoken) announce(text.pay.spoken(spoken));
      if (now === 0 && before > 0) over.current();
      before = now;
      left.value = now;
    };
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [remainingMs, isStopped]);
  return left;
}
