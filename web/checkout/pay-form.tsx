import { useEffect, useRef, useState } from 'preact/hooks';
import { serverNow } from '../api/clock.ts';
import { readWallet } from '../api/routes.ts';
import { announceNow } from '../parts/announce.tsx';
import { focusFault } from '../parts/form.tsx';
import { Bones, useLoaded } from '../parts/loading.tsx';
import { explain, Reference } from '../parts/problem.tsx';
import { money, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { CardFields, inWords, readCard, type CardFaults } from './card-fields.tsx';
import { cardToSend, faultsOf, fieldOf } from './card.ts';
import { PayMethod } from './pay-method.tsx';
import type { PaymentModel, Stage } from './payment.ts';
import { way, wayFor } from './way.ts';

type After = Extract<Stage, { kind: 'form' }>['after'];

/** Wallet, card or both. It stays in the page while a payment is under way, so that a refused card can be mended. */
export function PayForm({ model, isHidden }: { model: PaymentModel; isHidden: boolean }) {
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<CardFaults>({});
  const wallet = useLoaded(readWallet, 'wallet');
  const { amount_due = 0 } = model.booking.value;
  const amount = toPaise(amount_due);
  const balance = wallet.data && toPaise(wallet.data.balance);
  const chosen = wayFor(way.value, amount, balance ?? 0);
  // Earlier, the way to pay could change while the customer types a card.
  const isKnown = wallet.data !== undefined || wallet.failure !== undefined;
  const stage = model.stage.value;
  const after = stage.kind === 'form' ? stage.after : undefined;

  useEffect(() => {
    if (!after) return;
    if (after.kind === 'card faulty') setFaults(faultsAtFields(after.faults));
    if (after.kind === 'too little') wallet.reload();
    announceNow(sayAfter(after));
    requestAnimationFrame(() => focusFault(form.current));
  }, [after]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!form.current) return;
    if (chosen === 'wallet') {
      model.send({ payment_method: 'Wallet' });
      return;
    }
    const card = readCard(form.current);
    const found = inWords(faultsOf(card, new Date(serverNow())));
    setFaults(found);
    if (Object.keys(found).length > 0) requestAnimationFrame(() => focusFault(form.current));
    else model.send({ payment_method: chosen === 'both' ? 'Wallet' : 'Card', ...cardToSend(card) });
  };
  return (
    <form ref={form} class="pay-form" noValidate hidden={isHidden} onSubmit={submit}>
      {after && <AfterRefusal after={after} />}
      {isKnown ? <PayMethod amount={amount} balance={balance} /> : <Bones count={2} kind="line-bone" />}
      {isKnown && chosen !== 'wallet' && <CardFields faults={faults} />}
      {isKnown && (
        <div class="actions">
          <button class="main" type="submit">
            {text.pay.submit(money(amount))}
          </button>
        </div>
      )}
      {chosen !== 'wallet' && <p class="hint">{text.pay.safe}</p>}
    </form>
  );
}

function AfterRefusal({ after }: { after: NonNullable<After> }) {
  return (
    <div class="notice bad">
      <p>{sayAfter(after)}</p>
      {after.kind === 'refused' && <Reference failure={after.failure} />}
    </div>
  );
}

function sayAfter(after: NonNullable<After>): string {
  const words = text.pay;
  switch (after.kind) {
    case 'declined':
      return words.declined;
    case 'card faulty':
      return words.cardFaulty;
    case 'too little':
      return words.tooLittle;
    case 'gateway down':
      return words.down;
    case 'not paid':
      return words.notPaid;
    case 'logged out':
      return words.loggedOut;
    case 'refused':
      return `${words.refused} ${explain(after.failure)}`;
    default:
      return words.refused;
  }
}

const faultsAtFields = (faults: readonly { path: string; message: string }[]): CardFaults =>
  Object.fromEntries(
    faults.flatMap(({ path, message }) => {
      const field = fieldOf(path);
      return field ? [[field, message] as const] : [];
    }),
  );
