import { useLocation } from 'preact-iso/router';
import { addDays, isDay, mediumDay } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { today } from '../today.ts';
import { mondayOf, WEEK_DAYS } from './week.ts';

const PATH = '/app/desk/programme';
const addressOf = (monday: string) => `${PATH}?week=${monday}`;

/** Leads to the week before, this one, the next, and any other. */
export function WeekNav({ monday }: { monday: string }) {
  const words = office.programme;
  const { route } = useLocation();
  const isCurrent = mondayOf(today.value) === monday;
  const jump = (date: string) => {
    if (isDay(date)) route(addressOf(mondayOf(date)));
  };
  return (
    <nav class="week-nav" aria-label={words.weeks}>
      <p class="span" role="status">
        {words.week(mediumDay(monday), mediumDay(addDays(monday, WEEK_DAYS - 1)))}
      </p>
      <a class="button" href={addressOf(addDays(monday, -WEEK_DAYS))}>
        <span aria-hidden="true">‹</span> {words.before}
      </a>
      <a class="button" href={PATH} aria-current={isCurrent ? 'date' : undefined}>
        {words.current}
      </a>
      <a class="button" href={addressOf(addDays(monday, WEEK_DAYS))}>
        {words.after} <span aria-hidden="true">›</span>
      </a>
      <label class="jump">
        <span>{words.jump}</span>
        <input type="date" value={monday} onChange={(event) => jump(event.currentTarget.value)} />
      </label>
    </nav>
  );
}
