import { useRef, useState } from 'preact/hooks';
import { backOffMs, waitOrWake } from '../api/back-off.ts';
import type { Failure, Refused } from '../api/failures.ts';
import { addFunds } from '../api/routes.ts';
import { announce } from '../parts/announce.tsx';
import { money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { createPaymentKeys } from './attempt.ts';
import type { CardFaults } from './card-fields.tsx';
import { fieldOf, type SentCard } from './card.ts';
import { outcomeOf } from './outcome.ts';

export type TopUpState =
  | { kind: 'form'; failure?: Failure; says?: string }
  | { kind: 'sending'; isLost: boolean }
  | { kind: 'done'; paise: number }
  | { kind: 'unknown'; failure: Failure };
export type TopUpFaults = CardFaults & { amount?: string };
type Wish = { paise: number; card: SentCard };

/** A top-up and how it stands. `onDone` is called whenever the balance may have changed. */
export function useTopUp(onDone: () => void) {
  const keys = useRef(createPaymentKeys());
  const [state, setState] = useState<TopUpState>({ kind: 'form' });
  const send = async (wish: Wish): Promise<TopUpState> => {
    setState({ kind: 'sending', isLost: false });
    const end = await topUp(wish, keys.current, () => setState({ kind: 'sending', isLost: true }));
    setState(end);
    if (end.kind === 'done') announce(text.purse.done(money(end.paise)));
    if (end.kind !== 'form') onDone();
    return end;
  };
  return { state, send };
}

type Keys = ReturnType<typeof createPaymentKeys>;

/**
 * Asks under one key until an answer tells how it ended. There is no booking to look at: what the answer does not tell is
 * not known.
 */
async function topUp({ paise, card }: Wish, keys: Keys, onLost: () => void): Promise<TopUpState> {
  const body = { amount: (paise / 100).toFixed(2), ...card };
  for (let tries = 1; ; tries++) {
    const { failure } = await addFunds(body, keys.keyFor(body));
    const outcome = failure && outcomeOf(failure);
    if (outcome?.kind === 'send again') {
      onLost();
      await waitOrWake(outcome.afterMs ?? backOffMs(tries));
      continue;
    }
    keys.settled();
    if (!outcome) return { kind: 'done', paise };
    if (outcome.kind === 'look' || outcome.kind === 'unknown') return { kind: 'unknown', failure };
    return { kind: 'form', failure, ...(outcome.kind === 'declined' && { says: text.pay.declined }) };
  }
}

export function faultsIn({ code, faults }: Refused): TopUpFaults {
  const isAmount = code === 'INVALID_AMOUNT' || code === 'AMOUNT_TOO_LARGE';
  return {
    ...Object.fromEntries(faults.map(({ path, message }) => [fieldOf(path) ?? path, message])),
    ...(isAmount && { amount: text.purse.amountFault }),
  };
}
