import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog.tsx';
import { desk } from '../../text/desk.ts';
import { text } from '../../text/text.ts';
import { TicketDialog } from '../print/ticket-dialog.tsx';
import { lastSold } from './sale.ts';

const focusOn = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();
/** The seat of the map that the keyboard is at. */
export const focusSeats = () => focusOn('.hall-grid [tabindex="0"]');

/** Function keys alone: no text field and no scanner types them. F5 and others that browsers need are left to them. */
const PLACES: Record<string, () => void> = {
  F2: () => {
    const name = document.querySelector<HTMLInputElement>('input[name="customer_name"]');
    name?.focus();
    name?.select();
  },
  F4: focusSeats,
  F8: () => focusOn('.desk-shows [aria-current], .desk-shows:not(:has([aria-current])) a'),
};

/** Listens to the counter's keys, and shows what they do. */
export function KeysButton() {
  const [shown, setShown] = useState<'keys' | 'last'>();
  useEffect(() => {
    const stopping = new AbortController();
    const press = (event: KeyboardEvent) => {
      const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
      if (!isPlain || document.querySelector('dialog[open]')) return;
      const act = {
        ...PLACES,
        F1: () => setShown('keys'),
        F9: () => lastSold.peek() && setShown('last'),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press, { signal: stopping.signal });
    return () => stopping.abort();
  }, []);
  const close = () => setShown(undefined);
  const last = lastSold.value;
  return (
    <div class="actions">
      <button type="button" onClick={() => setShown('keys')}>
        {desk.keys.open}
      </button>
      {last && (
        <button type="button" onClick={() => setShown('last')}>
          {desk.keys.again(last.booking_id)}
        </button>
      )}
      {shown === 'keys' && <KeysDialog onClose={close} />}
      {shown === 'last' && last && <TicketDialog booking={last} onClose={close} />}
    </div>
  );
}

function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={desk.keys.title} onClose={onClose}>
      <p>{desk.keys.sale}</p>
      <dl class="keys">
        {desk.keys.list.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        {text.close}
      </button>
    </Dialog>
  );
}
