import { useLocation } from 'preact-iso/router';
import type { PlannedShow } from '../../api/routes.ts';
import type { FreeSeats } from '../../parts/live-seats.ts';
import { Field } from '../../parts/field.tsx';
import { addDays, mediumDay, slotTime } from '../../text/formats.ts';
import { desk } from '../../text/desk.ts';
import { text } from '../../text/text.ts';

const DAYS = 7;

type PickerProps = {
  today: string;
  date: string;
  shows: readonly PlannedShow[];
  /** Those that have not begun. */
  open: readonly PlannedShow[];
  chosen: PlannedShow | undefined;
  free: FreeSeats;
};

/** The day, and its shows with their free seats. */
export function ShowPicker({ today, date, shows, open, chosen, free }: PickerProps) {
  const { route } = useLocation();
  const days = Array.from({ length: DAYS }, (_, at) => addDays(today, at));
  return (
    <div class="picker">
      <Field label={text.day.choose}>
        {(tie) => (
          <select {...tie} onChange={({ currentTarget }) => route(`/app/desk/?date=${currentTarget.value}`)}>
            {days.map((day, at) => (
              <option key={day} value={day} selected={day === date}>
                {[text.day.today, text.day.tomorrow][at] ?? mediumDay(day)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <nav aria-label={desk.sale.shows}>
        <ul class="desk-shows">
          {shows.map((show) => (
            <li key={show.id}>
              {open.includes(show) ? (
                <a
                  href={`/app/desk/?date=${date}&show=${show.id}`}
                  aria-current={show === chosen ? 'true' : undefined}
                >
                  <ShowFacts show={show} says={seatsLeft(free.get(show.id) ?? show.availableseats)} />
                </a>
              ) : (
                <span class="begun">
                  <ShowFacts show={show} says={text.day.started} />
                </span>
              )}
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}

function ShowFacts({ show, says }: { show: PlannedShow; says: string }) {
  return (
    <>
      <strong>{slotTime(show.slot.startTime)}</strong> <span dir="auto">{show.movie.name}</span>{' '}
      <small>{says}</small>
    </>
  );
}

const seatsLeft = (left: number) => (left === 0 ? text.day.soldOut : text.day.seatsLeft(left));
