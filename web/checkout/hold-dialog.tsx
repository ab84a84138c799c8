import { useEffect, useRef, useState } from 'preact/hooks';
import { waitOrWake } from '../api/back-off.ts';
import { newKey } from '../api/keys.ts';
import { holdSeats, readProfile, readSeatMap, readWallet, type Held } from '../api/routes.ts';
import { readOwnHold } from '../hall/own-hold.tsx';
import { occupationOf, type LiveHall } from '../hall/use-hall.ts';
import { announce } from '../parts/announce.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Input } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { Bones, useLoaded } from '../parts/loading.tsx';
import { list, money, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { hold } from './hold.ts';
import { PayMethod } from './pay-method.tsx';
import { holder, way, wayFor } from './way.ts';

type HoldDialogProps = {
  showId: number;
  live: LiveHall;
  onHeld: (held: Held) => void;
  onClose: () => void;
};

/** How to pay, asked before the hold begins; then the hold. */
export function HoldDialog({ showId, live, onHeld, onClose }: HoldDialogProps) {
  const words = text.hall;
  const { model } = live;
  const wallet = useLoaded(readWallet, 'wallet');
  const { send, isTryingAgain } = useHold(showId, live, onHeld);
  const total = model.totalPaise.value;
  const balance = wallet.data && toPaise(wallet.data.balance);
  const isKnown = wallet.data !== undefined || wallet.failure !== undefined;
  const paysByCard = wayFor(way.value, total, balance ?? 0) !== 'wallet';
  useHolderName();

  const close = () => {
    // What has been sent is not called back by closing the dialog.
    if (!model.isHolding.peek()) onClose();
  };
  return (
    <Dialog title={words.before} onClose={close}>
      <p>
        {list(model.chosen.value.map(({ number }) => number))} · <strong>{money(total)}</strong>
      </p>
      <Form
        send={send}
        submit={words.hold}
        says={{
          SEATS_UNAVAILABLE: words.unavailable,
          HOLD_LIMIT_REACHED: words.holdLimit,
          SHOW_ALREADY_STARTED: words.started,
          lost: words.holdLost,
        }}
        beside={
          <button type="button" onClick={close}>
            {text.back}
          </button>
        }
      >
        {() => (
          <>
            {isKnown ? <PayMethod amount={total} balance={balance} /> : <Bones count={2} kind="line-bone" />}
            {isKnown && paysByCard && (
              <Input
                name="holder"
                label={text.pay.holder}
                hint={text.pay.holderHint}
                value={holder.value}
                onInput={({ currentTarget }) => (holder.value = currentTarget.value)}
                autocomplete="cc-name"
                spellcheck={false}
              />
            )}
            {isTryingAgain && <p class="hint">{words.holdAgain}</p>}
          </>
        )}
      </Form>
    </Dialog>
  );
}

/** Asks for the chosen seats under one key for as long as no answer has come. */
function useHold(showId: number, live: LiveHall, onHeld: (held: Held) => void) {
  const { model } = live;
  const key = useRef(newKey());
  const [isTryingAgain, setTryingAgain] = useState(false);
  const onRetry = () => {
    setTryingAgain(true);
    announce(text.hall.holdAgain);
  };
  const send = async () => {
    const seats = model.chosen.peek().map(({ number }) => number);
    model.isHolding.value = true;
    const ask = () => holdSeats(showId, seats, key.current);
    const { data, failure } = await hold({ send: ask, wait: waitOrWake, onRetry });
    setTryingAgain(false);
    if (data) {
      model.ownHeld(data.seat_numbers);
      onHeld(data);
      return undefined;
    }
    if (failure.kind === 'refused') key.current = newKey();
    await lookAgain(showId, live);
    return { failure };
  };
  return { send, isTryingAgain };
}

/**
 * After a refusal the map says which seats are free now, even where the stream is behind. What is held for this customer
 * is read first: of a hold whose answer was lost, the seats are not somebody else's.
 */
async function lookAgain(showId: number, { model, hear }: LiveHall): Promise<void> {
  const own = await readOwnHold(showId);
  if (own) model.ownHeld(own.seat_numbers);
  const { data } = await readSeatMap(showId);
  model.isHolding.value = false;
  if (data) hear(occupationOf(data.seat_map));
}

function useHolderName(): void {
  useEffect(() => {
    if (holder.peek() !== '') return;
    void readProfile().then(({ data }) => {
      if (data && holder.peek() === '' && /^[A-Za-z '-]{2,40}$/.test(data.name)) holder.value = data.name;
    });
  }, []);
}
