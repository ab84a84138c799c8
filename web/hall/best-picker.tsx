import { useRef, useState } from 'preact/hooks';
import { announce } from '../parts/announce.tsx';
import { Field } from '../parts/field.tsx';
import { readFields } from '../parts/form.tsx';
import { list, money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { bestTogether, mostTogether } from './best-seats.ts';
import { MOST_SEATS } from './choice.ts';
import { kindsOf } from './map.ts';
import type { HallModel } from './model.ts';

/** Chooses this many adjacent seats with one press. */
export function BestPicker({ model, onChoice }: { model: HallModel; onChoice: () => void }) {
  const words = text.hall;
  const form = useRef<HTMLFormElement>(null);
  const [none, setNone] = useState('');
  const kinds = kindsOf(model.hall);
  const pick = (event: SubmitEvent) => {
    event.preventDefault();
    if (!form.current) return;
    const { count: asked, kind: type = '' } = readFields(form.current);
    const count = Number(asked);
    const wish = { count, isFree: model.isFree, ...(type && { type }) };
    const found = bestTogether(model.hall, wish)?.map(({ number }) => number);
    setNone(found ? '' : words.bestNone(count, mostTogether(model.hall, wish)));
    if (!found) return;
    model.choose(found);
    announce(words.bestPicked(list(found)));
    onChoice();
  };
  return (
    <form ref={form} class="best" aria-label={words.best} onSubmit={pick}>
      <Field label={words.bestCount}>
        {(tie) => (
          <select {...tie} name="count">
            {Array.from({ length: MOST_SEATS }, (_, at) => (
              <option key={at} selected={at === 1}>
                {at + 1}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.bestKind}>
        {(tie) => (
          <select {...tie} name="kind">
            <option value="">{words.anyKind}</option>
            {kinds.map(({ type, paise }) => (
              <option key={`${type} ${paise}`} value={type}>
                {type}, {money(paise)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="submit">{words.bestPick}</button>
      {none && (
        <p class="fault" role="alert">
          {none}
        </p>
      )}
    </form>
  );
}
