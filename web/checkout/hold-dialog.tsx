import { useEffect } from 'preact/hooks';
import { readProfile, readWallet } from '../api/routes.ts';
import type { LiveHall } from '../hall/use-hall.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Input } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { Bones, useLoaded } from '../parts/loading.tsx';
import { list, money, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { PayMethod } from './pay-method.tsx';
import { useHold } from './use-hold.ts';
import { holder, way, wayFor } from './way.ts';

type HoldDialogProps = {
  showId: number;
  live: LiveHall;
  onHeld: (bookingId: number) => void;
  onClose: () => void;
};

/** How to pay, asked before the hold begins; then the hold. */
export function HoldDialog({ showId, live, onHeld, onClose }: HoldDialogProps) {
  const words = text.hall;
  const { model } = live;
  const wallet = useLoaded(readWallet, 'wallet');
  const { send, isSending, isTryingAgain } = useHold(showId, live, onHeld);
  const total = model.totalPaise.value;
  const balance = wallet.data && toPaise(wallet.data.balance);
  const isKnown = wallet.data !== undefined || wallet.failure !== undefined;
  const paysByCard = wayFor(way.value, total, balance ?? 0) !== 'wallet';
  useHolderName();
  // The notice about lost seats stands behind the dialog.
  const isOutdated = live.lost.value.length > 0 || model.chosen.value.length === 0;
  useEffect(() => {
    if (isOutdated) onClose();
  }, [isOutdated]);

  const close = () => {
    // What has been sent is not called back by closing the dialog.
    if (!isSending.peek()) onClose();
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
          REQUEST_IN_PROGRESS: words.holdLost,
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
            {isTryingAgain.value && <p class="hint">{words.holdAgain}</p>}
          </>
        )}
      </Form>
    </Dialog>
  );
}

function useHolderName(): void {
  useEffect(() => {
    if (holder.peek() !== '') return;
    void readProfile().then(({ data }) => {
      if (data && holder.peek() === '' && /^[A-Za-z '-]{2,40}$/.test(data.name)) holder.value = data.name;
    });
  }, []);
}
