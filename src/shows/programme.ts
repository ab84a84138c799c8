import type { Movies } from '../movies/movies.ts';
import { many, one, sql, type Sql } from '../platform/database/db.ts';
import { createAnswerCache, type CachedAnswer, type Content } from '../platform/http/answer-cache.ts';
import { dateOutOfRange } from './errors.ts';
import { SHOW, startsAt, taken, type ShowRow } from './queries.ts';
import type { Seats } from './seats.ts';
import { showOut } from './shapes.ts';

/** Days that customers see, today among them: rules.md, *The cinema*. */
export const WEEK_DAYS = 7;

type ProgrammeRow = ShowRow & { startsAt: string; started: boolean; seats: number };
type Programme = { date: string; week: string[]; changesInMs: number | null; shows: ProgrammeRow[] };
export type Week = { week: string[] };
export type ProgrammeNeeds = { pool: Sql; movies: Movies; zone: string; seats: Seats };
type AnswersLog = { debug(facts: object, message: string): void };

/**
 * The shows of a day of the customers' week, for readers without a login. There are at most eight different
 * answers, and each is read at most once in a quarter of a second. Throws DATE_OUT_OF_RANGE.
 */
export function createProgramme({ pool, movies, zone, seats }: ProgrammeNeeds, log: AnswersLog) {
  const days = createAnswerCache<string, Week>({ name: 'programme', log });
  seats.onChange(({ date }) => {
    days.drop(date);
    days.drop('today');
  });
  const readContent = async (date: string | undefined): Promise<Content<Week>> => {
    const { week, changesInMs, shows, date: asked } = await readProgramme(pool, date, zone);
    const described = await Promise.all(shows.map((show) => planned(movies, show)));
    const data = { date: asked, today: week[0], shows: described };
    return { data, facts: { week }, ...(changesInMs !== null && { validForMs: changesInMs }) };
  };
  const read = (date?: string) => days.get(date ?? 'today', () => readContent(date));
  return async (date: string | undefined): Promise<CachedAnswer<Week>> => {
    const today = await read();
    const { week } = today.facts;
    if (date === undefined || date === week[0]) return today;
    if (!week.includes(date)) throw dateOutOfRange();
    return read(date);
  };
}

async function planned(movies: Movies, show: ProgrammeRow) {
  const { startsAt, started, seats } = show;
  return { ...showOut(show, await describe(movies, show.movieId)), startsAt, started, seats };
}

/**
 * While the movie service is away, a show is listed under its movie's id, like a movie that was removed
 * (rules.md).
 */
export const describe = (movies: Movies, movieId: string) => movies.find(movieId).catch(() => undefined);

/** `changesInMs`: until the next show starts or the next hold ends. */
async function readProgramme(on: Sql, date: string | undefined, zone: string): Promise<Programme> {
  return one<Programme>(
    on,
    sql`
    with calendar as (
      select today, coalesce(${date ?? null}::date, today) as asked
      from (select (clock_timestamp() at time zone ${zone}::text)::date as today) clock
    ),
    listed as (
      select ${SHOW}, ${startsAt(zone)} as "startsAt", (select count(*) from seat)::integer as seats
      from calendar
      join show on show.date = calendar.asked
      join slot on slot.id = show.slot_id
    ),
    coming as (
      select "startsAt" as moment from listed
      union all
      select held.held_until
      from listed
      join booking_seat_mapping held on held.show_id = listed.id
      where isfinite(held.held_until)
    )
    select asked as date, array(select to_char(today + day, 'YYYY-MM-DD') from generate_series(0, ${WEEK_DAYS - 1}) day)
        as week,
      (
        select (extract(epoch from min(moment) - clock_timestamp()) * 1000)::float8
        from coming
        where moment > clock_timestamp()
      ) as "changesInMs",
      coalesce((
        select json_agg(to_jsonb(listed) || jsonb_build_object('started', "startsAt" <= clock_timestamp())
          order by "startTime", "slotId")
        from listed
      ), '[]') as shows
    from calendar`,
  );
}

/** How many seats are free in each show of the customers' week, by its id. */
export async function readFreeSeats(on: Sql, zone: string): Promise<Record<string, number>> {
  const shows = await many<{ id: number; free: number }>(
    on,
    sql`
    select show.id, ((select count(*) from seat) - ${taken})::integer as free
    from (select (clock_timestamp() at time zone ${zone}::text)::date as today) calendar
    join show on show.date between today and today + ${WEEK_DAYS - 1}::integer`,
  );
  return Object.fromEntries(shows.map(({ id, free }) => [id, free]));
}
