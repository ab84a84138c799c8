import { useLocation } from 'preact-iso/router';
import type { Result } from '../../api/failures.ts';
import { readDailyRevenue, readMovies, type Revenue, type Schedule } from '../../api/office-routes.ts';
import { Bones, Shown, useLoaded, type Loaded } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { office } from '../../text/office.ts';
import { ForStaff } from '../for-staff.tsx';
import { today } from '../today.ts';
import { useSchedule } from '../use-schedule.ts';
import { readAsked, spanOf, type Asked } from './asked.ts';
import { Chart } from './chart.tsx';
import { DayTable } from './day-table.tsx';
import { ExportButton } from './export-button.tsx';
import { byDay, comparable, sideBySide, sum, wholeOf } from './figures.ts';
import { Filters } from './filters.tsx';
import { matches } from './occupancy.ts';
import { OccupancyTable } from './occupancy-table.tsx';
import { compared, countDays, daysOf, holds } from './period.ts';
import { Totals } from './totals.tsx';

/** `/app/desk/revenue`: what was sold in a day, week or month, beside the one before, for admins. */
export function RevenuePage() {
  return <ForStaff isAdmins>{() => <LoadedRevenue />}</ForStaff>;
}

/** What is shown: with a date, whatever the address says. */
type View = Asked & { date: string };

function LoadedRevenue() {
  const { query } = useLocation();
  const asked = readAsked(query);
  const shown = { ...asked, date: asked.date ?? today.value };
  const days = daysOf(shown.kind, shown.date);
  const schedule = useSchedule(days.from, countDays(days));
  const movies = useLoaded(readMovies, 'movies');
  return (
    <Page
      title={office.revenue.title}
      kind="office"
      lead={<Filters asked={shown} movies={movies.data} slots={schedule.data?.slots ?? []} />}
    >
      {movies.failure && <p class="notice">{office.revenue.moviesMissing}</p>}
      <Sales shown={shown} />
      <Occupied shown={shown} schedule={schedule} />
    </Page>
  );
}

type Read = { now: Revenue; before: Revenue };

/** All of one moment's figures, or the first failure. */
async function readSales(shown: View, signal: AbortSignal): Promise<Result<Read>> {
  const { drawn, before } = compared(shown.kind, shown.date);
  const [now, earlier] = await Promise.all(
    [drawn, before].map((days) => readDailyRevenue(spanOf(days, shown), signal)),
  );
  if (!now?.data || !earlier?.data) return { failure: now?.failure ?? earlier?.failure ?? LOST };
  return { data: { now: now.data, before: earlier.data } };
}

const LOST = { kind: 'lost' } as const;

function Sales({ shown }: { shown: View }) {
  const words = office.revenue;
  const sales = useLoaded((signal) => readSales(shown, signal), JSON.stringify(shown));
  return (
    <section aria-labelledby="sales" class="sales">
      <h2 id="sales" class="unseen">
        {words.total}
      </h2>
      <p class="hint">{words.byBooking}</p>
      <Shown of={sales} skeleton={<Bones count={3} kind="row-bone" />}>
        {(data) => <Figures shown={shown} sales={data} />}
      </Shown>
    </section>
  );
}

function Figures({ shown, sales }: { shown: View; sales: Read }) {
  const words = office.revenue;
  const { kind, date } = shown;
  const { drawn, before } = compared(kind, date);
  const earlier = byDay(sales.before, before);
  const days = sideBySide(byDay(sales.now, drawn), earlier);
  const counted = days.filter((day) => holds(daysOf(kind, date), day.date));
  const unit = kind === 'month' ? 'month' : 'week';
  const chosen = kind === 'day' ? date : undefined;
  const figures = wholeOf(sales.now, chosen);
  return (
    <>
      {figures.bookings === 0 ? (
        <section class="card empty">
          <h3>{words.noneTitle}</h3>
          <p>{words.none}</p>
        </section>
      ) : (
        <Totals
          kind={kind}
          figures={figures}
          before={comparable(
            counted,
            kind === 'day' ? counted.flatMap((day) => day.before ?? []) : earlier,
            today.value,
          )}
          isSoFar={counted.some((day) => day.date > today.value)}
        />
      )}
      {sum(days.flatMap(({ figures, before }) => [figures, before ?? figures])).bookings > 0 && (
        <div class="chart-and-table">
          <Chart days={days} kind={unit} chosen={chosen} />
          <DayTable days={days} before={sum(earlier)} kind={unit} asked={shown} chosen={chosen} />
        </div>
      )}
      {figures.bookings > 0 && <ExportButton span={spanOf(daysOf(kind, date), shown)} />}
    </>
  );
}

function Occupied({ shown, schedule }: { shown: View; schedule: Loaded<Schedule> }) {
  const words = office.revenue;
  return (
    <section aria-labelledby="occupancy" class="occupancy">
      <h2 id="occupancy">{words.occupancy}</h2>
      <p class="hint">{words.byShow}</p>
      <Shown of={schedule} skeleton={<Bones count={2} kind="row-bone" />}>
        {({ shows, seats }) => (
          <OccupancyTable asked={shown} shows={shows.filter((show) => matches(show, shown))} seats={seats} />
        )}
      </Shown>
    </section>
  );
}
