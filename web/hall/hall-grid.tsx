import { useComputed } from '@preact/signals';
import { money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { seatByKey } from './keys.ts';
import type { Row, Seat } from './map.ts';
import type { HallModel } from './model.ts';
import { SeatGlyph } from './seat-glyph.tsx';

type GridProps = { model: HallModel; onToggle: (number: string) => void };

/** The hall as a grid with one tab stop. Cells are patched one by one, so the focus stays wherever it is. */
export function HallGrid({ model, onToggle }: GridProps) {
  const { hall } = model;
  const press = (event: KeyboardEvent) => {
    const { number } = (event.target as HTMLElement).dataset;
    if (number === undefined || event.altKey || event.metaKey) return;
    const next = seatByKey(hall, number, event.key, event.ctrlKey);
    if (!next) return;
    event.preventDefault();
    model.current.value = next.number;
    (event.currentTarget as HTMLElement)
      .querySelector<HTMLElement>(`[data-number="${CSS.escape(next.number)}"]`)
      ?.focus();
  };
  return (
    <div class="hall-scroll" style={{ '--columns': hall.columns.length, '--aisles': hall.aislesAfter.size }}>
      <table
        role="grid"
        class="hall-grid"
        aria-label={text.hall.seats}
        aria-describedby="keys-hint"
        onKeyDown={press}
      >
        <tbody>
          {hall.rows.map((row) => (
            <HallRow key={row.label} row={row} model={model} onToggle={onToggle} />
          ))}
        </tbody>
      </table>
      <p id="keys-hint" class="unseen">
        {text.hall.keysHint}
      </p>
    </div>
  );
}

function HallRow({ row, model, onToggle }: GridProps & { row: Row }) {
  const { columns, aislesAfter } = model.hall;
  return (
    <tr class={row.startsBlock ? 'block-start' : undefined}>
      <th scope="row" aria-label={text.hall.row(row.label)}>
        {row.label}
      </th>
      {row.seats.map((seat, at) => (
        <td key={columns[at]} class={aislesAfter.has(columns[at] ?? 0) ? 'aisle' : undefined}>
          {seat && <SeatButton seat={seat} model={model} onToggle={onToggle} />}
        </td>
      ))}
    </tr>
  );
}

function SeatButton({ seat, model, onToggle }: GridProps & { seat: Seat }) {
  const { number, type, paise } = seat;
  const look = useComputed(() => model.lookOf(number)).value;
  const isCurrent = useComputed(() => model.current.value === number).value;
  const isMine = look === 'yours';
  return (
    <button
      type="button"
      class={`seat ${look}`}
      data-number={number}
      data-column={seat.column}
      tabIndex={isCurrent ? 0 : -1}
      aria-label={text.hall.seat(number, type, money(paise), text.hall.states[look])}
      aria-pressed={isMine}
      aria-disabled={look !== 'free' && !isMine}
      onFocus={() => (model.current.value = number)}
      onClick={() => onToggle(number)}
    >
      <SeatGlyph look={look} isWide={type !== model.hall.rows[0]?.type} />
    </button>
  );
}
