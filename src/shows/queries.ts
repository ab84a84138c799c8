import { many, maybeOne, one, sql, type Sql } from '../platform/database/db.ts';

/** When a show starts and ends: in the cinema's zone; a slot that ends at or after midnight ends on the next day. */
export const startsAt = (zone: string) => sql`((show.date + slot.start_time) at time zone ${zone}::text)`;
export const endsAt = (zone: string) => sql`((show.date + slot.end_time
  + case when slot.end_time <= slot.start_time then interval '1 day' else interval '0' end) at time zone ${zone}::text)`;

/** What a seat costs: rules.md, *The cinema*. */
export const seatPrice = sql`show.cost + case when seat.seat_type = 'Deluxe' then 150.00 else 0.00 end`;

const SLOT = sql`slot.id as "slotId", slot.name as "slotName",
  to_char(slot.start_time, 'HH24:MI:SS.US') as "startTime", to_char(slot.end_time, 'HH24:MI:SS.US') as "endTime"`;

export type SlotRow = { slotId: number; slotName: string; startTime: string; endTime: string };

export async function listSlots(on: Sql): Promise<SlotRow[]> {
  return many<SlotRow>(
    on,
    sql`
    select ${SLOT}
    from slot
    order by slot.start_time, slot.id`,
  );
}

/** The slots without a show on a day; of today in the cinema's zone where no day is named. */
export async function listFreeSlots(on: Sql, date: string | undefined, zone: string): Promise<SlotRow[]> {
  return many<SlotRow>(
    on,
    sql`
    select ${SLOT}
    from slot
    where not exists (
      select from show
      where show.slot_id = slot.id
        and show.date = coalesce(${date ?? null}::date, (clock_timestamp() at time zone ${zone}::text)::date)
    )
    order by slot.start_time, slot.id`,
  );
}

export type ShowRow = SlotRow & { id: number; movieId: string; date: string; cost: string; free: number };

/** How many seats of a show are taken. */
export const taken = sql`(
  select count(*)
  from booking_seat_mapping taken
  where taken.show_id = show.id
    and (taken.held_until is null or taken.held_until > clock_timestamp())
)`;
export const SHOW = sql`show.id, show.movie_id as "movieId", show.date, show.cost::text as cost, ${SLOT},
  ((select count(*) from seat) - ${taken})::integer as free`;

export async function findShow(on: Sql, id: number): Promise<ShowRow | undefined> {
  return maybeOne<ShowRow>(
    on,
    sql`
    select ${SHOW}
    from show
    join slot on slot.id = show.slot_id
    where show.id = ${id}`,
  );
}

export type Day = {
  date: string;
  today: string;
  inReach: boolean;
  changesInMs: number | null;
  shows: ShowRow[];
};

/** The shows of a day by slot, today by default, and whether a customer may see that day: api.md. */
export async function readDay(on: Sql, date: string | undefined, zone: string): Promise<Day> {
  return one<Day>(
    on,
    sql`
    with asked as (
      select coalesce(${date ?? null}::date, today) as date, today
      from (select (clock_timestamp() at time zone ${zone}::text)::date as today) calendar
    )
    select asked.date, asked.today, asked.date between asked.today and asked.today + 6 as "inReach",
      (
        select (extract(epoch from min(held.held_until) - clock_timestamp()) * 1000)::float8
        from booking_seat_mapping held
        join show on show.id = held.show_id
        where show.date = asked.date
          and held.held_until > clock_timestamp()
          and isfinite(held.held_until)
      ) as "changesInMs",
      coalesce((
        select json_agg(listed order by listed."startTime", listed."slotId")
        from (
          select ${SHOW}
          from show
          join slot on slot.id = show.slot_id
          where show.date = asked.date
        ) listed
      ), '[]'::json) as shows
    from asked`,
  );
}

/** Whether a day is more than this many years from today. */
export async function isBeyondYears(
  on: Sql,
  date: string,
  { years, zone }: { years: number; zone: string },
): Promise<boolean> {
  const { isBeyond } = await one<{ isBeyond: boolean }>(
    on,
    sql`
    select ${date}::date > (clock_timestamp() at time zone ${zone}::text)::date
      + make_interval(years => ${years}) as "isBeyond"`,
  );
  return isBeyond;
}

export type SlotOnDay = SlotRow & { isPast: boolean; isTaken: boolean };

/** A slot on a day: when it starts, whether that is past, and whether a show has it. */
export async function findSlotOn(
  on: Sql,
  slotId: number,
  date: string,
  zone: string,
): Promise<SlotOnDay | undefined> {
  return maybeOne<SlotOnDay>(
    on,
    sql`
    select ${SLOT},
      (${date}::date + slot.start_time) at time zone ${zone}::text <= clock_timestamp() as "isPast",
      exists (select from show where show.slot_id = slot.id and show.date = ${date}::date) as "isTaken"
    from slot
    where slot.id = ${slotId}`,
  );
}

const LONGEST_MOVIE_ID = 30;
/** Whether the column takes a movie's id; a service may know longer ones, which no show can name. */
export const fitsShow = (movieId: string) => Array.from(movieId).length <= LONGEST_MOVIE_ID;

/** The id of the new show; none where another show has the slot. */
export async function insertShow(
  on: Sql,
  show: { movieId: string; date: string; slotId: number; cost: string },
): Promise<number | undefined> {
  const row = await maybeOne<{ id: number }>(
    on,
    sql`
    insert into show (movie_id, date, slot_id, cost)
    values (${show.movieId}, ${show.date}, ${show.slotId}, ${show.cost})
    on conflict (slot_id, date) do nothing
    returning id`,
  );
  return row?.id;
}
