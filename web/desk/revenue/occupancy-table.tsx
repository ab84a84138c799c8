import type { ComponentChildren } from 'preact';
import type { ScheduledShow } from '../../api/office-routes.ts';
import { mediumDay, number, slotTime } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { addressOf, type Asked } from './asked.ts';
import { occupiedDays, ofShow, percentSold, type Occupancy } from './occupancy.ts';

type OccupancyTableProps = { asked: Asked; shows: readonly ScheduledShow[]; seats: number };

/** How full each show of a day was, or each day of a longer period. */
export function OccupancyTable({ asked, shows, seats }: OccupancyTableProps) {
  const words = office.revenue;
  const days = occupiedDays(shows, seats);
  if (days.length === 0) return <p class="hint">{words.noShows}</p>;
  const sum = (of: (day: Occupancy) => number) => days.reduce((total, day) => total + of(day), 0);
  const whole = {
    sold: sum(({ sold }) => sold),
    held: sum(({ held }) => held),
    seats: sum((day) => day.seats),
  };
  return (
    <div
      class="scroll"
      role="region"
      aria-label={words.occupancyOf[asked.kind === 'day' ? 'show' : 'day']}
      tabIndex={0}
    >
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{asked.kind === 'day' ? words.show : words.day}</th>
            <th scope="col">{words.full}</th>
            <th scope="col">{words.sold}</th>
            <th scope="col">{words.held}</th>
          </tr>
        </thead>
        <tbody>
          {asked.kind === 'day'
            ? shows.map((show) => (
                <Row key={show.id} of={ofShow(show, seats)}>
                  {slotTime(show.slot.startTime)} <span dir="auto">{show.movie.name}</span>
                </Row>
              ))
            : days.map((day) => (
                <Row key={day.date} of={day}>
                  <a href={addressOf({ ...asked, kind: 'day', date: day.date })}>{mediumDay(day.date)}</a>
                </Row>
              ))}
        </tbody>
        <tfoot>
          <Row of={whole}>{words.whole}</Row>
        </tfoot>
      </table>
    </div>
  );
}

function Row({ of, children }: { of: Occupancy; children: ComponentChildren }) {
  const words = office.revenue;
  const percent = percentSold(of);
  return (
    <tr>
      <th scope="row">{children}</th>
      <td class="filling">
        <svg width="64" height="10" aria-hidden="true">
          <rect class="whole" x="0.5" y="0.5" width="63" height="9" rx="2" />
          <rect class="now" width={(64 * percent) / 100} height="10" rx="2" />
        </svg>{' '}
        <span>{words.percent(percent)}</span>
      </td>
      <td>{words.of(of.sold, of.seats)}</td>
      <td>{number(of.held)}</td>
    </tr>
  );
}
