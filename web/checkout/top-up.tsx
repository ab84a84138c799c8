import { useRef, useState } from 'preact/hooks';
import { serverNow } from '../api/clock.ts';
import { user } from '../api/session.ts';
import { Input } from '../parts/field.tsx';
import { focusFault } from '../parts/form.tsx';
import { useKeptFocus } from '../parts/kept-focus.ts';
import { explain, Reference } from '../parts/problem.tsx';
import { money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { readAmount } from './amount.ts';
import { CardFields, inWords, readCard } from './card-fields.tsx';
import { cardToSend, faultsOf } from './card.ts';
import { forgetTopUp, openTopUp, type OpenTopUp } from './open-top-up.ts';
import { faultsIn, useTopUp, type TopUpFaults, type TopUpState } from './use-top-up.ts';

/** Adds money from a card. While it is not known how an earlier top-up ended, there is no form. */
export function TopUp({ onDone }: { onDone: () => void }) {
  const words = text.purse;
  const { state, count, send, again } = useTopUp(onDone);
  const open = openTopUp.value;
  const part = useKeptFocus<HTMLElement>();
  return (
    <section ref={part} class="card" aria-labelledby="top-up" tabIndex={-1}>
      <h2 id="top-up">{words.topUp}</h2>
      {state.kind === 'done' && <p class="notice good">{words.done(money(state.paise))}</p>}
      {open && state.kind !== 'sending' ? (
        <Unknown open={open} state={state} onLook={onDone} onAgain={again} />
      ) : (
        // A form of its own after each success: the card does not stay in the page.
        <TopUpForm key={count} state={state} send={send} />
      )}
    </section>
  );
}

type UnknownProps = { open: OpenTopUp; state: TopUpState; onLook: () => void; onAgain: () => void };

function Unknown({ open: { key, paise }, state, onLook, onAgain }: UnknownProps) {
  const words = text.purse;
  const goOn = () => {
    forgetTopUp(user.peek()?.username ?? '', key);
    onAgain();
  };
  return (
    <>
      <div class="notice bad" role="alert">
        <p>{words.unknown(money(paise))}</p>
        {state.kind === 'unknown' && <Reference failure={state.failure} />}
      </div>
      <p>{words.unknownMore}</p>
      <div class="actions">
        <button type="button" class="main" onClick={onLook}>
          {words.look}
        </button>
        <button type="button" onClick={goOn}>
          {words.goOn}
        </button>
      </div>
    </>
  );
}

type TopUpFormProps = { state: TopUpState; send: ReturnType<typeof useTopUp>['send'] };

function TopUpForm({ state, send }: TopUpFormProps) {
  const words = text.purse;
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<TopUpFaults>({});
  const [paise, setPaise] = useState<number>();
  const isSending = state.kind === 'sending';
  const show = (found: TopUpFaults) => {
    setFaults(found);
    if (Object.keys(found).length > 0) requestAnimationFrame(() => focusFault(form.current));
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!form.current || isSending) return;
    const card = readCard(form.current);
    const found = inWords(faultsOf(card, new Date(serverNow())));
    show(paise === undefined ? { amount: words.amountFault, ...found } : found);
    if (paise === undefined || Object.keys(found).length > 0) return;
    const end = await send({ paise, card: cardToSend(card) });
    if (end.kind === 'form' && end.failure?.kind === 'refused') show(faultsIn(end.failure));
  };
  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)} aria-busy={isSending}>
      {state.kind === 'form' && state.failure && (
        <div class="notice bad" role="alert">
          <p>{state.says ?? explain(state.failure)}</p>
        </div>
      )}
      <Input
        name="amount"
        label={words.howMuch}
        hint={words.howMuchHint}
        fault={faults.amount}
        inputMode="decimal"
        autocomplete="transaction-amount"
        onInput={(event) => setPaise(readAmount(event.currentTarget.value))}
      />
      <CardFields faults={faults} />
      {state.kind === 'sending' && state.isLost && <p role="status">{text.pay.lost}</p>}
      <div class="actions">
        <button class="main" type="submit" aria-disabled={isSending}>
          {isSending ? text.pay.paying : nameOf(paise)}
        </button>
      </div>
      <p class="hint">{text.pay.safe}</p>
    </form>
  );
}

const nameOf = (paise: number | undefined): string =>
  paise === undefined ? text.purse.submitEmpty : text.purse.submit(money(paise));
