import { useEffect, useRef } from 'preact/hooks';
import type { Schedule, ScheduledShow } from '../../api/office-routes.ts';
import { Poster } from '../../parts/poster.tsx';
import { dayInMonth, dayName, longDay, money, slotTime, toPaise } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { ofShow } from '../revenue/occupancy.ts';
import type { Source } from './copy-dialog.tsx';
import { overrun } from './running-time.ts';
import type { Cell, Day } from './week.ts';

type WeekViewProps = {
  week: readonly Day[];
  schedule: Schedule;
  onSchedule: (cell: Cell) => void;
  onCopy: (source: Source) => void;
};

/** The days beside each other, their slots on the same lines; under each other where there is no room. */
export function WeekView({ week, schedule, onSchedule, onCopy }: WeekViewProps) {
  const words = office.programme;
  const { shows, slots, today, seats } = schedule;
  if (slots.length === 0) return <p class="card">{words.noSlots}</p>;
  return (
    <>
      {shows.length === 0 && (
        <section class="card empty">
          <h2>{words.noneTitle}</h2>
          <p>{words.none}</p>
        </section>
      )}
      <div class="week">
        {week.map((day) => (
          <section
            key={day.date}
            class={day.date === today ? 'day today' : 'day'}
            style={{ '--lines': slots.length + 1 }}
            aria-labelledby={`day-${day.date}`}
          >
            <DayHead day={day} isToday={day.date === today} onCopy={onCopy} />
            <ul>
              {day.cells.map((cell) => (
                <SlotCell key={cell.slot.id} cell={cell} seats={seats} onSchedule={onSchedule} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {shows.length > 0 && (
        <p class="actions">
          <button type="button" onClick={() => onCopy({ kind: 'week', shows })}>
            {words.copyWeek}
          </button>
        </p>
      )}
    </>
  );
}

/** Where the focus goes when a show has taken the place of its button. */
export const cellId = ({ date, slot }: Pick<Cell, 'date' | 'slot'>) => `cell-${date}-${slot.id}`;

type DayHeadProps = { day: Day; isToday: boolean; onCopy: (source: Source) => void };

function DayHead({ day: { date, cells }, isToday, onCopy }: DayHeadProps) {
  const words = office.programme;
  const shows = cells.flatMap(({ show }) => show ?? []);
  return (
    <header>
      <h2 id={`day-${date}`}>
        {dayName(date)} <small>{dayInMonth(date)}</small>
        {isToday && <small class="mark">{words.today}</small>}
      </h2>
      {shows.length > 0 && (
        <button
          type="button"
          class="small"
          aria-label={words.copyDayOf(longDay(date))}
          onClick={() => onCopy({ kind: 'day', date, shows })}
        >
          {words.copyDay}
        </button>
      )}
    </header>
  );
}

type SlotCellProps = { cell: Cell; seats: number; onSchedule: (cell: Cell) => void };

/** A show takes the focus of the button whose place it takes. */
function SlotCell({ cell, seats, onSchedule }: SlotCellProps) {
  const item = useRef<HTMLLIElement>(null);
  const hasFocus = useRef(false);
  const isTaken = cell.show !== undefined;
  useEffect(() => {
    if (isTaken && hasFocus.current && document.activeElement === document.body) item.current?.focus();
  }, [isTaken]);
  return (
    <li
      ref={item}
      id={cellId(cell)}
      tabIndex={-1}
      class={cell.isPast ? 'cell past' : 'cell'}
      onFocusIn={() => (hasFocus.current = true)}
      // A button that is removed loses the focus to nothing.
      onFocusOut={({ relatedTarget }) => (hasFocus.current = relatedTarget === null)}
    >
      <SlotName cell={cell} />
      {cell.show ? (
        <ShowInSlot show={cell.show} seats={seats} />
      ) : (
        <FreeSlot cell={cell} onSchedule={onSchedule} />
      )}
    </li>
  );
}

function SlotName({ cell: { slot } }: { cell: Cell }) {
  return (
    <p class="slot-name">
      <span>{slot.name}</span>{' '}
      <small>{office.programme.slotTimes(slotTime(slot.startTime), slotTime(slot.endTime))}</small>
    </p>
  );
}

function FreeSlot({ cell, onSchedule }: { cell: Cell; onSchedule: (cell: Cell) => void }) {
  const words = office.programme;
  if (cell.isPast) return <p class="hint">{words.pastFree}</p>;
  return (
    <button
      type="button"
      class="free"
      aria-label={words.freeOf(cell.slot.name, longDay(cell.date))}
      onClick={() => onSchedule(cell)}
    >
      <span aria-hidden="true">+</span> {words.free}
    </button>
  );
}

function ShowInSlot({ show, seats }: { show: ScheduledShow; seats: number }) {
  const words = office.programme;
  const { movie, slot, cost } = show;
  const { sold, held } = ofShow(show, seats);
  const longer = overrun(movie.duration, slot) ?? 0;
  return (
    <div class="planned">
      <h3 dir="auto">{movie.name}</h3>
      <Poster name={movie.name} address={movie.moviePoster} />
      <div class="facts">
        <p>{money(toPaise(cost))}</p>
        <p class="hint">
          {words.sold(sold, seats)}
          {held > 0 && ` · ${words.held(held)}`}
        </p>
        {longer > 0 && <p class="warn">{words.over(longer)}</p>}
      </div>
    </div>
  );
}
