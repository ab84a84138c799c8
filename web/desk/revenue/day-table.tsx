import { mediumDay, money, number } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { today } from '../today.ts';
import { addressOf, type Asked } from './asked.ts';
import { percentChange, sum, type DayFigures, type Figures } from './figures.ts';

type DayTableProps = {
  days: readonly DayFigures[];
  /** All of the period before: a month may have more days than this one. */
  before: Figures;
  kind: 'week' | 'month';
  asked: Asked;
  chosen: string | undefined;
};

/** The numbers of the bars. */
export function DayTable({ days, before, kind, asked, chosen }: DayTableProps) {
  const words = office.revenue;
  const whole = sum(days.map(({ figures }) => figures));
  return (
    <div class="scroll" role="region" aria-label={words.table} tabIndex={0}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{words.day}</th>
            <th scope="col">{words.total}</th>
            <th scope="col">{words.past[kind]}</th>
            <th scope="col">{words.change}</th>
            <th scope="col">{words.bookings}</th>
            <th scope="col">{words.seats}</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ date, figures, before }) => (
            <tr key={date} class={date === chosen ? 'chosen' : undefined}>
              <th scope="row">
                <a
                  href={addressOf({ ...asked, kind: 'day', date })}
                  aria-current={date === chosen ? 'date' : undefined}
                >
                  {mediumDay(date)}
                </a>
              </th>
              {/* Nothing can be said of a day that has not begun. */}
              <td>{date > today.value ? NONE : money(figures.paise)}</td>
              <td>{before ? money(before.paise) : NONE}</td>
              <td>{before && date <= today.value ? changeOf(figures.paise, before.paise) : NONE}</td>
              <td>{date > today.value ? NONE : number(figures.bookings)}</td>
              <td>{date > today.value ? NONE : number(figures.seats)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.whole}</th>
            <td>{money(whole.paise)}</td>
            <td>{money(before.paise)}</td>
            <td>
              {days.some(({ date }) => date > today.value) ? NONE : changeOf(whole.paise, before.paise)}
            </td>
            <td>{number(whole.bookings)}</td>
            <td>{number(whole.seats)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

const NONE = '–';

function changeOf(now: number, before: number): string {
  const percent = percentChange(now, before);
  if (percent === undefined) return NONE;
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${office.revenue.percent(Math.abs(percent))}`;
}
