import { execute, one, sql, type Sql } from '../platform/database/db.ts';
import type { Movies } from '../movies/movies.ts';
import { fitsShow } from './queries.ts';

const DAYS = 21;
const COSTS = ['180.00', '220.50', '250.00', '320.75'];

/** Fills the free slots of the next three weeks with the movies on offer; gives the number of new shows. */
export async function seedDemoShows(on: Sql, movies: Movies, zone: string): Promise<number> {
  const ids = (await movies.list()).map(({ movieId }) => movieId).filter(fitsShow);
  if (ids.length === 0) return 0;
  return execute(
    on,
    sql`
    insert into show (movie_id, date, slot_id, cost)
    select (${ids}::text[])[1 + (day * 3 + place) % ${ids.length}::integer], today + day, slot_id,
      (${COSTS}::numeric[])[1 + (place - 1) % ${COSTS.length}::integer]
    from (select (clock_timestamp() at time zone ${zone}::text)::date as today) calendar,
      generate_series(0, ${DAYS - 1}::integer) day,
      (select id as slot_id, start_time, (row_number() over (order by start_time, id))::integer as place from slot) slots
    where (today + day + start_time) at time zone ${zone}::text > clock_timestamp()
    on conflict (slot_id, date) do nothing`,
  );
}

export async function hasShows(on: Sql): Promise<boolean> {
  const { found } = await one<{ found: boolean }>(on, sql`select exists (select from show) as found`);
  return found;
}
