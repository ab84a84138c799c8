import { useEffect, useState } from 'preact/hooks';
import { readProgramme, type PlannedShow } from '../api/routes.ts';
import { useFreeSeats } from '../parts/live-seats.ts';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { Poster } from '../parts/poster.tsx';
import { useReadAgain } from '../parts/read-again.ts';
import { StaleNotice } from '../parts/stale-notice.tsx';
import { StayAwake } from '../parts/stay-awake.tsx';
import { number, slotTime } from '../text/formats.ts';
import { text } from '../text/text.ts';

const FEW = 10;

/** `/app/wall`: today's shows filling up, to be read from across a foyer. */
export function WallPage() {
  const programme = useLoaded((signal) => readProgramme(undefined, signal), 'today');
  const { free, line } = useFreeSeats(undefined);
  useReadAgain(programme.reload);
  return (
    <Page title={text.wall.title} kind="wall" lead={<StaleNotice line={line} />}>
      <StayAwake />
      <Shown of={programme} skeleton={<Bones count={4} kind="poster-bone" />}>
        {({ shows }) => {
          const open = shows.filter(({ started }) => !started);
          if (open.length === 0) return <p class="nothing">{text.wall.none}</p>;
          return (
            <ul class="wall-shows">
              {open.map((show) => (
                <WallShow key={show.id} show={show} left={free.value.get(show.id) ?? show.availableseats} />
              ))}
            </ul>
          );
        }}
      </Shown>
    </Page>
  );
}

function WallShow({ show, left }: { show: PlannedShow; left: number }) {
  const { movie, slot, seats } = show;
  const taken = Math.max(0, seats - left);
  const [hasChanged, setChanged] = useState(0);
  useEffect(() => setChanged((before) => before + 1), [left]);
  const state = left === 0 ? 'sold-out' : left <= FEW ? 'few' : 'open';
  return (
    <li class={`wall-show ${state}`}>
      <Poster name={movie.name} address={movie.moviePoster} isFirst />
      <div class="wall-facts">
        <p class="wall-time">{slotTime(slot.startTime)}</p>
        <h2 dir="auto">{movie.name}</h2>
        <Seats seats={seats} taken={taken} />
        <p class="wall-left">
          {left === 0 ? (
            text.day.soldOut
          ) : (
            <>
              <strong key={hasChanged}>{number(left)}</strong> {text.wall.left(left)}
            </>
          )}
        </p>
      </div>
    </li>
  );
}

/** A dot a seat, filled from the front. */
function Seats({ seats, taken }: { seats: number; taken: number }) {
  return (
    <div class="dots" role="img" aria-label={text.wall.of(taken, seats)}>
      {Array.from({ length: seats }, (_, at) => (
        <i key={at} class={at < taken ? 'full' : undefined} />
      ))}
    </div>
  );
}
