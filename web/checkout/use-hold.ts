import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { waitOrWake } from '../api/back-off.ts';
import { holdSeats } from '../api/routes.ts';
import { user } from '../api/session.ts';
import type { LiveHall } from '../hall/use-hall.ts';
import { announce } from '../parts/announce.tsx';
import type { Sent } from '../parts/form.tsx';
import { text } from '../text/text.ts';
import { hold, isUncertain } from './hold.ts';

/** Asks for the chosen seats, once for each choice. `onHeld` is not called after the page was left. */
export function useHold(showId: number, live: LiveHall, onHeld: (bookingId: number) => void) {
  const isSending = useSignal(false);
  const isTryingAgain = useSignal(false);
  const leaving = useMemo(() => new AbortController(), []);
  useEffect(() => () => leaving.abort(), []);
  const { model, own, holdKeys } = live;

  const send = async (): Promise<Sent> => {
    const seats = model.chosen.peek().map(({ number }) => number);
    const repeated = {
      key: holdKeys.keyFor(seats),
      username: user.peek()?.username,
      leaving: leaving.signal,
    };
    isSending.value = true;
    live.beforeHold();
    const { data, failure } = await hold({
      send: () => holdSeats(showId, seats, repeated),
      wait: (ms) => waitOrWake(ms, leaving.signal),
      onRetry: () => {
        isTryingAgain.value = true;
        announce(text.hall.holdAgain);
      },
      isLeft: () => leaving.signal.aborted,
    });
    isSending.value = isTryingAgain.value = false;
    if (leaving.signal.aborted) return undefined;
    if (data || !isUncertain(failure)) holdKeys.settled();
    const holds = data ? [data] : await own.read(leaving.signal);
    const held = holds?.find(({ seat_numbers }) => isSame(seat_numbers, seats));
    if (!held) {
      await live.afterNoHold(holds !== undefined);
      return { failure };
    }
    // Of a hold whose answer was lost, the seats are not another customer's.
    onHeld(held.booking_id);
    return undefined;
  };
  return { send, isSending, isTryingAgain };
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.toSorted().join() === others.toSorted().join();
