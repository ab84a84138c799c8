import { useLocation } from 'preact-iso/router';
import { useRef } from 'preact/hooks';
import type { Failure } from '../api/failures.ts';
import { readProgramme, type PlannedShow } from '../api/routes.ts';
import { useFreeSeats, type FreeSeats } from '../parts/live-seats.ts';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { Poster } from '../parts/poster.tsx';
import { useReadAgain } from '../parts/read-again.ts';
import { StaleNotice } from '../parts/stale-notice.tsx';
import { addDays, dayInMonth, dayName, duration, isDay, slotTime, toPaise } from '../text/formats.ts';
import { text } from '../text/text.ts';

const DAYS = 7;
const FEW = 10;

/** `/app/?date=`: the shows of a day, for every reader. */
export function ProgrammePage() {
  const { query } = useLocation();
  const asked = isDay(query['date']) ? query['date'] : undefined;
  const programme = useLoaded((signal) => readProgramme(asked, signal), asked ?? 'today');
  useReadAgain(programme.reload);
  const { free, line } = useFreeSeats(asked);
  const today = useToday(programme.data);
  return (
    <Page title={text.day.title} kind="programme" lead={<Days today={today} shown={asked ?? today} />}>
      <StaleNotice line={line} />
      {isOutOfReach(programme.failure) ? (
        <p class="notice">{text.day.outOfReach}</p>
      ) : (
        <Shown of={programme} skeleton={<Bones count={4} kind="poster-bone" />}>
          {({ shows }) => (shows.length === 0 ? <NoShows /> : <Movies shows={shows} free={free.value} />)}
        </Shown>
      )}
    </Page>
  );
}

const isOutOfReach = (failure: Failure | undefined): boolean =>
  failure?.kind === 'refused' && failure.code === 'DATE_OUT_OF_RANGE';

/** The cinema's own day, which need not be the reader's; theirs until the first answer. */
function useToday(data: { today: string } | undefined): string {
  const known = useRef(new Date().toLocaleDateString('sv'));
  if (data) known.current = data.today;
  return known.current;
}

function Days({ today, shown }: { today: string; shown: string }) {
  const words = text.day;
  return (
    <nav class="days" aria-label={words.choose}>
      <ul>
        {Array.from({ length: DAYS }, (_, at) => {
          const date = addDays(today, at);
          const name = [words.today, words.tomorrow][at] ?? dayName(date);
          return (
            <li key={at}>
              <a
                href={at === 0 ? '/app/' : `/app/?date=${date}`}
                aria-current={date === shown ? 'date' : undefined}
              >
                <span>{name}</span> <small>{dayInMonth(date)}</small>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function NoShows() {
  return (
    <section class="card empty">
      <h2>{text.day.noneTitle}</h2>
      <p>{text.day.none}</p>
    </section>
  );
}

/** A movie once, with all its times of the day. */
function Movies({ shows, free }: { shows: readonly PlannedShow[]; free: FreeSeats }) {
  const movies = [...Map.groupBy(shows, ({ movie }) => movie.movieId).values()];
  return (
    <ul class="movies">
      {movies.map((times, at) => {
        const [first] = times;
        return (
          first && (
            <Movie key={first.movie.movieId} times={times} free={free} isFirst={at < 2} movie={first.movie} />
          )
        );
      })}
    </ul>
  );
}

type MovieProps = {
  movie: PlannedShow['movie'];
  times: readonly PlannedShow[];
  free: FreeSeats;
  isFirst: boolean;
};

function Movie({ movie, times, free, isFirst }: MovieProps) {
  const { name, moviePoster, genre, imdbRating, plot } = movie;
  const facts = [genre, duration(movie.duration)].filter(Boolean).join(' · ');
  return (
    <li class="movie">
      <Poster name={name} address={moviePoster} isFirst={isFirst} />
      <div class="about">
        <h2 dir="auto">{name}</h2>
        <p class="facts">
          {facts}
          {Number(imdbRating) > 0 && (
            <span class="rating" aria-label={text.day.rating(imdbRating)}>
              ★ {imdbRating}
            </span>
          )}
        </p>
        {plot && (
          <details class="plot">
            <summary>{text.day.more}</summary>
            <p dir="auto">{plot}</p>
          </details>
        )}
        <ul class="times" aria-label={text.day.times(name)}>
          {times.map((show) => (
            <Time key={show.id} show={show} left={free.get(show.id) ?? show.availableseats} />
          ))}
        </ul>
      </div>
    </li>
  );
}

function Time({ show, left }: { show: PlannedShow; left: number }) {
  const words = text.day;
  const state = show.started ? 'started' : left === 0 ? 'sold-out' : left <= FEW ? 'few' : 'open';
  const says = {
    started: words.started,
    'sold-out': words.soldOut,
    few: words.few(left),
    open: words.seatsLeft(left),
  };
  const inside = (
    <>
      <strong>{slotTime(show.slot.startTime)}</strong>
      <span class="says">{says[state]}</span>
      <span class="price">{words.from(toPaise(show.cost))}</span>
    </>
  );
  return (
    <li class={state}>
      {show.started ? (
        <span class="time">{inside}</span>
      ) : (
        <a class="time" href={`/app/show/${show.id}`}>
          {inside}
        </a>
      )}
    </li>
  );
}
