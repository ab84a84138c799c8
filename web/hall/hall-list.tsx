import { useComputed } from '@preact/signals';
import { money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import type { Row, Seat } from './map.ts';
import type { HallModel } from './model.ts';

type ListProps = { model: HallModel; onToggle: (number: string) => void };

/** The same seats as a list: a row opens to its free seats. For screen readers on a phone, and for large text. */
export function HallList({ model, onToggle }: ListProps) {
  return (
    <div class="hall-list">
      {model.hall.rows.map((row) => (
        <ListedRow key={row.label} row={row} model={model} onToggle={onToggle} />
      ))}
    </div>
  );
}

function ListedRow({ row, model, onToggle }: ListProps & { row: Row }) {
  const seats = row.seats.filter((seat) => seat !== undefined);
  const free = useComputed(() => seats.filter(({ number }) => model.isFree(number)).length).value;
  return (
    <details>
      <summary>
        {text.hall.rowOf(row.label, row.type)} <span class="count">{text.hall.freeInRow(free)}</span>
      </summary>
      <ul>
        {seats.map((seat) => (
          <ListedSeat key={seat.number} seat={seat} model={model} onToggle={onToggle} />
        ))}
      </ul>
    </details>
  );
}

function ListedSeat({ seat, model, onToggle }: ListProps & { seat: Seat }) {
  const { number, paise } = seat;
  const look = useComputed(() => model.lookOf(number)).value;
  const isMine = look === 'yours';
  const isOpen = isMine || look === 'free';
  return (
    <li>
      <label class={look}>
        <input
          type="checkbox"
          checked={isMine}
          // Not disabled, which would throw the focus out of the list.
          aria-disabled={!isOpen}
          onChange={({ currentTarget }) => {
            onToggle(number);
            currentTarget.checked = model.lookOf(number) === 'yours';
          }}
        />
        <span>{number}</span> <span class="count">{isOpen ? money(paise) : text.hall.states[look]}</span>
      </label>
    </li>
  );
}
