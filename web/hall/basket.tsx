import { useKeptFocus } from '../parts/kept-focus.ts';
import { money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import type { HallModel } from './model.ts';

type ChosenProps = { model: HallModel; isSold: boolean; onToggle: (number: string) => void };
type BasketProps = ChosenProps & { onGoOn: () => void };

/** The chosen seats with their prices and the total, always in reach. */
export function Basket({ model, isSold, onToggle, onGoOn }: BasketProps) {
  const words = text.hall;
  const seats = model.chosen.value;
  return (
    <section class="basket" aria-label={words.choice}>
      <ChosenSeats model={model} isSold={isSold} onToggle={onToggle} />
      <div class="sum">
        <p>
          <span>{words.total}</span> <strong>{money(model.totalPaise.value)}</strong>
        </p>
        <button type="button" class="main" aria-disabled={seats.length === 0} onClick={onGoOn}>
          {words.goOn}
        </button>
      </div>
    </section>
  );
}

/** The chosen seats with their prices. */
export function ChosenSeats({ model, isSold, onToggle }: ChosenProps) {
  const words = text.hall;
  const seats = model.chosen.value;
  const part = useKeptFocus<HTMLElement>();
  const hold = (drawn: HTMLElement | null) => {
    part.current = drawn;
  };
  if (seats.length === 0)
    return (
      <p ref={hold} class="hint" tabIndex={-1}>
        {isSold ? words.soldOut : words.nothingChosen}
      </p>
    );
  return (
    <ul ref={hold}>
      {seats.map(({ number, type, paise }) => (
        <li key={number}>
          <span class="what">
            <strong>{number}</strong> <span class="type">{type}</span>
          </span>
          <span class="price">{money(paise)}</span>
          <button
            type="button"
            class="remove"
            aria-label={words.remove(number)}
            onClick={() => onToggle(number)}
          >
            <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
