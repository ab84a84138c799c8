import { Input } from '../parts/field.tsx';
import { readFields } from '../parts/form.tsx';
import { text } from '../text/text.ts';
import type { CardFields as Card, CardFault, CardField } from './card.ts';
import { holder as nameOnCard } from './way.ts';

export type CardFaults = Partial<Record<CardField, string>>;

/** The five fields of a card, uncontrolled: what is typed is in the page's own inputs and nowhere else. */
export function CardFields({ faults }: { faults: CardFaults }) {
  const words = text.pay;
  return (
    <div class="card-fields">
      <Input
        name="number"
        label={words.number}
        hint={words.numberHint}
        fault={faults.number}
        inputMode="numeric"
        autocomplete="cc-number"
        maxLength={24}
        spellcheck={false}
      />
      <Input
        name="expiry"
        label={words.expiry}
        hint={words.expiryHint}
        fault={faults.expiry}
        inputMode="text"
        autocomplete="cc-exp"
        maxLength={9}
      />
      <Input
        name="cvv"
        label={words.cvv}
        hint={words.cvvHint}
        fault={faults.cvv}
        inputMode="numeric"
        autocomplete="cc-csc"
        maxLength={4}
      />
      <Input
        name="holder"
        label={words.holder}
        hint={words.holderHint}
        fault={faults.holder}
        defaultValue={nameOnCard.peek()}
        autocomplete="cc-name"
        spellcheck={false}
      />
    </div>
  );
}

export const readCard = (form: HTMLFormElement): Card => {
  const { number = '', expiry = '', cvv = '', holder = '' } = readFields(form);
  return { number, expiry, cvv, holder };
};

export const inWords = (faults: Partial<Record<CardField, CardFault>>): CardFaults =>
  Object.fromEntries(Object.entries(faults).map(([field, fault]) => [field, text.pay.faults[fault]]));
