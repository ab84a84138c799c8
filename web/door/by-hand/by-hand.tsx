import { useRef } from 'preact/hooks';
import { Form } from '../../parts/form.tsx';
import { Input } from '../../parts/field.tsx';
import { door } from '../../text/door.ts';
import type { Shown } from '../scans/kept-scans.ts';
import { readNumbers, shownBy } from './numbers.ts';

/** Bookings by their numbers, one or several. */
export function ByHand({ send }: { send: (shown: Shown) => void }) {
  const words = door.byHand;
  const place = useRef<HTMLElement>(null);
  const check = async ({ numbers = '' }: Record<string, string>) => {
    const ids = readNumbers(numbers);
    if (!ids) return { faults: { numbers: words.fault } };
    send(shownBy(ids));
    place.current?.querySelector('form')?.reset();
    return undefined;
  };
  return (
    <section ref={place} class="card" aria-labelledby="by-hand">
      <h2 id="by-hand">{words.title}</h2>
      <Form send={check} submit={words.submit}>
        {(faults) => (
          <Input
            name="numbers"
            label={words.label}
            hint={words.hint}
            fault={faults['numbers']}
            inputMode="decimal"
            autocomplete="off"
            maxLength={2_000}
          />
        )}
      </Form>
    </section>
  );
}
