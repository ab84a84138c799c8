import { setTimeout as sleep } from 'node:timers/promises';
import { StartFault } from '../../src/platform/errors.ts';
import { execute, one, sql, type Sql } from '../../src/platform/database/db.ts';
import { expectData, type Api, type Session } from './api.ts';
import { planSlots, SPARE_MINUTES, type LocalTime, type SlotTimes } from './slots.ts';

export type Showing = { id: number; title: string; date: string; start: string };
/** The first show, the late one, and another of today where one begins after the evening. */
export type Tonight = [Showing, Showing, Showing?];
type Movie = { movieId: string; name: string };
type Needs = { api: Api; on: Sql; admin: Session; zone: string };
type Evening = { minutes: number; run: string; movies: readonly number[] };

const COSTS = ['220.50', '180.00'];
const SLOTS_SEEN_WITHIN_MS = 4_000;

/**
 * Makes two shows of tonight in new slots. If the program does not see the slots, it uses another database:
 * the slots are deleted again and a StartFault is thrown.
 */
export async function scheduleTonight(needs: Needs, { minutes, run, movies }: Evening): Promise<Tonight> {
  const { api, on, admin, zone } = needs;
  const now = await readLocalTime(on, zone);
  const slots = await insertSlots(on, planSlots(now, minutes), run);
  await checkSeen(needs, slots);
  const offered = expectData(
    'the list of movies',
    await api.ask<Movie[]>('GET', '/show/movies', { as: admin }),
  );
  const schedule = async (place: number): Promise<Showing> => {
    const [slot, movie] = [slots[place], offered[Math.floor((movies[place] ?? 0) * offered.length)]];
    if (!slot || !movie) throw new StartFault('the movie service has no movies, so there is nothing to show');
    const { id: slotId, date, start } = slot;
    const body = { movieId: movie.movieId, date, slotId, cost: COSTS[place] };
    const made = await api.ask<{ id: number }>('POST', '/show', { as: admin, body });
    return { id: expectData('a show', made).id, title: movie.name, date, start };
  };
  const other = await findOther(needs, { ...now, minute: now.minute + minutes });
  const ours: [Showing, Showing] = [await schedule(0), await schedule(1)];
  return other ? [...ours, other] : ours;
}

type Listed = { id: number; movie: { name: string }; slot: { startTime: string } };

/** A show of today, scheduled by others, that customers can still buy when the evening is over. */
async function findOther({ api, admin }: Needs, after: LocalTime): Promise<Showing | undefined> {
  const { date } = after;
  const reply = await api.ask<Listed[]>('GET', `/shows?date=${date}`, { as: admin });
  const other = expectData('the list of shows', reply).find(({ slot }) => {
    const [hour = 0, minute = 0] = slot.startTime.split(':').map(Number);
    return hour * 60 + minute > after.minute + SPARE_MINUTES;
  });
  return other && { id: other.id, title: other.movie.name, date, start: other.slot.startTime.slice(0, 5) };
}

async function readLocalTime(on: Sql, zone: string): Promise<LocalTime> {
  return one<LocalTime>(
    on,
    sql`
    select local_time::date as date, (extract(epoch from local_time::time) / 60)::integer as minute
    from (select date_trunc('minute', clock_timestamp() at time zone ${zone}::text) as local_time) clock`,
  );
}

type Slot = SlotTimes & { id: number; name: string };

async function insertSlots(on: Sql, times: readonly SlotTimes[], run: string): Promise<Slot[]> {
  const slots: Slot[] = [];
  for (const [place, slot] of times.entries()) {
    const name = `Demo evening ${run}-${place + 1}`;
    const { id } = await one<{ id: number }>(
      on,
      sql`
      insert into slot (name, start_time, end_time)
      values (${name}, ${slot.start}, ${slot.end})
      returning id`,
    );
    slots.push({ ...slot, id, name });
  }
  return slots;
}

/**
 * A random name, written to our database and read through the program, proves that both use the same
 * database.
 */
async function checkSeen({ api, on, admin }: Needs, slots: readonly Slot[]): Promise<void> {
  const endsAt = performance.now() + SLOTS_SEEN_WITHIN_MS;
  do {
    const listed = await api.ask<{ id: number; name: string }[]>('GET', '/slot-all', { as: admin });
    const seen = expectData('the list of slots', listed);
    if (slots.every(({ id, name }) => seen.some((slot) => slot.id === id && slot.name === name))) return;
    await sleep(100);
  } while (performance.now() < endsAt);
  await execute(on, sql`delete from slot where id = any (${slots.map(({ id }) => id)}::bigint[])`);
  throw new StartFault(
    `the program at ${api.base} uses another database than these settings name; nothing was changed. ` +
      'Run the evening in the folder of npm start, with the same DATABASE_URL and DATA_DIR',
    undefined,
    2,
  );
}
