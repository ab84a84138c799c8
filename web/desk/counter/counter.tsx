import { useLocation } from 'preact-iso/router';
import { useEffect, useRef } from 'preact/hooks';
import { readProgramme, readSeatMap, type PlannedShow, type Programme } from '../../api/routes.ts';
import { user } from '../../api/session.ts';
import { useFreeSeats } from '../../parts/live-seats.ts';
import { Bones, Shown, useLoaded } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { useReadAgain } from '../../parts/read-again.ts';
import { isAdmin } from '../../parts/roles.ts';
import { StaleNotice } from '../../parts/stale-notice.tsx';
import { useNow } from '../../parts/use-now.ts';
import { isDay } from '../../text/formats.ts';
import { desk } from '../../text/desk.ts';
import { text } from '../../text/text.ts';
import { ForStaff } from '../for-staff.tsx';
import { chooseShow } from './choose-show.ts';
import { CounterHall } from './counter-hall.tsx';
import { KeysButton } from './keys.tsx';
import { resume, sale } from './sale.ts';
import { SaleOutcome } from './sale-panel.tsx';
import { ShowPicker } from './show-picker.tsx';

/** `/app/desk/?date=&show=`: sell at the counter. */
export function CounterPage() {
  if (user.value?.role === 'staff') return <ToBookings />;
  return <ForStaff isAdmins>{() => <Counter />}</ForStaff>;
}

/** Staff do not sell: their desk begins with the bookings. */
function ToBookings() {
  const { route } = useLocation();
  useEffect(() => route('/app/desk/bookings', true), []);
  return <Page title={text.loading}>{null}</Page>;
}

function Counter() {
  const { query } = useLocation();
  const asked = isDay(query['date']) ? query['date'] : undefined;
  const programme = useLoaded((signal) => readProgramme(asked, signal), asked ?? 'today');
  useReadAgain(programme.reload);
  useEffect(() => {
    if (isAdmin(user.value)) void resume();
  }, []);
  return (
    <Page title={desk.counter} kind="counter-page" lead={<KeysButton />}>
      <Shown of={programme} skeleton={<Bones count={2} kind="line-bone" />}>
        {(day) => <Day day={day} asked={asked} showId={Number(query['show'])} />}
      </Shown>
      {!programme.data && <SaleOutcome />}
    </Page>
  );
}

type DayProps = { day: Programme; asked: string | undefined; showId: number };

/** The shows of a day, and the hall of the one that is chosen: of itself the next that has not begun. */
function Day({ day, asked, showId }: DayProps) {
  const { free, line } = useFreeSeats(asked);
  const now = useNow();
  const open = day.shows.filter((show) => !isStarted(show, now));
  const { chosen, hasGone } = useChosenShow(open, showId);
  return (
    <>
      <ShowPicker
        today={day.today}
        date={asked ?? day.today}
        shows={day.shows}
        open={open}
        chosen={chosen}
        free={free.value}
      />
      <StaleNotice line={line} />
      {hasGone && (
        <p class="notice bad" role="alert">
          {desk.sale.showGone}
        </p>
      )}
      {chosen ? <LoadedHall key={chosen.id} show={chosen} /> : <NoHall />}
    </>
  );
}

/** Where no show is asked for, the counter begins with the next one, and remembers it. */
function useChosenShow(open: readonly PlannedShow[], showId: number) {
  const first = useRef<number | undefined>(undefined);
  const drawn = useRef<PlannedShow | undefined>(undefined);
  const asked = showId > 0 ? showId : undefined;
  const choice = chooseShow({
    open,
    wanted: asked ?? first.current,
    drawn: drawn.current,
    isSelling: sale.value.kind !== 'open',
  });
  first.current = asked ? undefined : (first.current ?? choice.chosen?.id);
  drawn.current = choice.chosen;
  return choice;
}

function NoHall() {
  return (
    <>
      <p class="notice">{desk.sale.noShow}</p>
      <SaleOutcome />
    </>
  );
}

const isStarted = (show: PlannedShow, now: number) => show.started || Date.parse(show.startsAt) <= now;

function LoadedHall({ show }: { show: PlannedShow }) {
  const map = useLoaded((signal) => readSeatMap(show.id, signal), show.id);
  return (
    <>
      <Shown of={map} skeleton={<Bones count={1} kind="hall-bone" />}>
        {({ seat_map }) => <CounterHall show={show} map={seat_map} />}
      </Shown>
      {!map.data && <SaleOutcome />}
    </>
  );
}
