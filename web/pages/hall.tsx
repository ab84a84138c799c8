import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso/router';
import { readProgramme, readSeatMap, readShow, type Show } from '../api/routes.ts';
import { HoldDialog } from '../checkout/hold-dialog.tsx';
import { Basket } from '../hall/basket.tsx';
import { BestPicker } from '../hall/best-picker.tsx';
import { keepChoice } from '../hall/choice.ts';
import type { SeatMap } from '../hall/map.ts';
import { OwnHoldNotice } from '../hall/own-hold-notice.tsx';
import { Room, useToggle } from '../hall/room.tsx';
import { useHall } from '../hall/use-hall.ts';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { ForUsers, Page } from '../parts/page.tsx';
import { Poster } from '../parts/poster.tsx';
import { useReadAgain } from '../parts/read-again.ts';
import { duration, longDay, slotTime } from '../text/formats.ts';
import { text } from '../text/text.ts';

/** `/app/show/:id`: choose seats. */
export function HallPage({ id = '' }: { id?: string }) {
  const showId = Number(id);
  return <ForUsers why={text.session.toSeats}>{() => <LoadedHall key={showId} showId={showId} />}</ForUsers>;
}

function LoadedHall({ showId }: { showId: number }) {
  const show = useLoaded((signal) => readShow(showId, signal), showId);
  const map = useLoaded((signal) => readSeatMap(showId, signal), showId);
  const both = {
    data: show.data && map.data && { show: show.data, map: map.data.seat_map },
    failure: show.failure ?? map.failure,
    reload: () => {
      show.reload();
      map.reload();
    },
  };
  return (
    <Page
      title={show.data?.movie.name ?? text.hall.choice}
      kind="hall-page"
      lead={show.data ? <When show={show.data} /> : <div class="when" />}
    >
      <Shown of={both} skeleton={<Bones count={1} kind="hall-bone" />}>
        {({ show, map }) => <Hall show={show} map={map} />}
      </Shown>
    </Page>
  );
}

function When({ show: { movie, date, slot } }: { show: Show }) {
  return (
    <div class="when">
      <Poster name={movie.name} address={movie.moviePoster} />
      <p>
        {longDay(date)}
        <br />
        {slotTime(slot.startTime)} – {slotTime(slot.endTime)}
      </p>
      <p class="hint">{[movie.genre, duration(movie.duration)].filter(Boolean).join(' · ')}</p>
    </div>
  );
}

function Hall({ show, map }: { show: Show; map: SeatMap }) {
  const live = useHall(show.id, map);
  const { model } = live;
  const { route } = useLocation();
  const isAsking = useSignal(false);
  const hasStarted = useStarted(show);
  const toggle = useToggle(model, live.forgetLost);
  const goOn = () => {
    if (model.chosen.peek().length === 0 || hasStarted) return;
    live.forgetLost();
    isAsking.value = true;
  };
  return (
    <>
      <OwnHoldNotice own={live.own} />
      {hasStarted && (
        <p class="notice bad" role="alert">
          {text.hall.started}
        </p>
      )}
      <div class="hall-layout">
        <BestPicker model={model} onChoice={live.forgetLost} />
        <Room live={live} onToggle={toggle} />
        <Basket model={model} isSold={model.freeCount.value === 0} onToggle={toggle} onGoOn={goOn} />
      </div>
      {isAsking.value && (
        <HoldDialog
          showId={show.id}
          live={live}
          onClose={() => (isAsking.value = false)}
          onHeld={(id) => {
            isAsking.value = false;
            keepChoice(show.id, []);
            route(`/app/pay/${id}`);
          }}
        />
      )}
    </>
  );
}

/** The cinema's clock says what has started; the programme tells what it says. */
function useStarted({ id, date }: Show): boolean {
  const day = useLoaded((signal) => readProgramme(date.slice(0, 10), signal), date);
  useReadAgain(day.reload);
  return day.data?.shows.find((show) => show.id === id)?.started ?? false;
}
