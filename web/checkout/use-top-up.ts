import { useEffect, useMemo, useState } from 'preact/hooks';
import { waitOrWake } from '../api/back-off.ts';
import type { Failure, Refused } from '../api/failures.ts';
import { newKey } from '../api/keys.ts';
import { addFunds } from '../api/routes.ts';
import { user } from '../api/session.ts';
import { announce } from '../parts/announce.tsx';
import { money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { topUp } from './add-funds.ts';
import type { CardFaults } from './card-fields.tsx';
import { fieldOf, type SentCard } from './card.ts';
import { forgetTopUp, noteTopUp } from './open-top-up.ts';

export type TopUpState =
  | { kind: 'form'; failure?: Failure; says?: string }
  | { kind: 'sending'; isLost: boolean }
  | { kind: 'done'; paise: number }
  | { kind: 'unknown'; failure: Failure };
export type TopUpFaults = CardFaults & { amount?: string };
type Wish = { paise: number; card: SentCard };

/** A top-up, how it stands, and how many succeeded. `onDone` is called whenever the balance may have changed. */
export function useTopUp(onDone: () => void) {
  const [state, setState] = useState<TopUpState>({ kind: 'form' });
  const [count, setCount] = useState(0);
  const leaving = useMemo(() => new AbortController(), []);
  useEffect(() => () => leaving.abort(), []);
  const send = async (wish: Wish): Promise<TopUpState> => {
    setState({ kind: 'sending', isLost: false });
    const end = await addOnce(wish, leaving.signal, () => setState({ kind: 'sending', isLost: true }));
    setState(end);
    if (end.kind === 'done') {
      setCount((before) => before + 1);
      announce(text.purse.done(money(end.paise)));
    }
    if (end.kind !== 'form') onDone();
    return end;
  };
  return { state, count, send, again: () => setState({ kind: 'form' }) };
}

async function addOnce({ paise, card }: Wish, leaving: AbortSignal, onLost: () => void): Promise<TopUpState> {
  const username = user.peek()?.username ?? '';
  const key = newKey();
  const body = { amount: (paise / 100).toFixed(2), ...card };
  noteTopUp(username, { key, paise });
  const end = await topUp({
    send: () => addFunds(body, { key, username, leaving }),
    wait: (ms) => waitOrWake(ms, leaving),
    onLost,
    isLeft: () => leaving.aborted,
  });
  if (end.kind === 'unknown') return end;
  forgetTopUp(username, key);
  if (end.kind === 'done') return { kind: 'done', paise };
  return { kind: 'form', failure: end.failure, ...(end.isDeclined && { says: text.pay.declined }) };
}

export function faultsIn({ code, faults }: Refused): TopUpFaults {
  const isAmount = code === 'INVALID_AMOUNT' || code === 'AMOUNT_TOO_LARGE';
  return {
    ...Object.fromEntries(faults.map(({ path, message }) => [fieldOf(path) ?? path, message])),
    ...(isAmount && { amount: text.purse.amountFault }),
  };
}
