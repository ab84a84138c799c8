import { many, sql, type Sql } from '../platform/database/db.ts';
import { seatPrice } from './queries.ts';
import { bySeatNumber } from './seat-order.ts';

export type HallSeat = { seatNumber: string; type: string };

/** The seats of the hall, in order. */
export async function listHallSeats(on: Sql): Promise<HallSeat[]> {
  return many<HallSeat>(
    on,
    sql`
    select seat.seat_number as "seatNumber", seat.seat_type as type
    from seat
    order by ${bySeatNumber(sql`seat.seat_number`)}`,
  );
}

export type TakenSeats = {
  showId: number;
  /** By type of seat. */
  prices: Record<string, string>;
  occupied: string[];
  /** Occupied, and may come back. */
  held: string[];
  /** When the first of them is free again. */
  changesInMs: number | null;
};

/**
 * The taken seats of each of these shows, and the prices of its seats. No row for a show that does not exist.
 */
export async function listTakenSeats(on: Sql, showIds: readonly number[]): Promise<TakenSeats[]> {
  return many<TakenSeats>(
    on,
    sql`
    with clock as materialized (
      select clock_timestamp() as moment
    ),
    seat as materialized (
      select distinct seat_type from seat
    )
    select show.id as "showId",
      (select json_object_agg(seat.seat_type, (${seatPrice})::numeric(10, 2)::text) from seat) as prices,
      coalesce(array_agg(taken.seat_number) filter (where taken.id is not null), '{}') as occupied,
      coalesce(array_agg(taken.seat_number) filter (where taken.held_until is not null), '{}') as held,
      (extract(epoch from min(taken.held_until) filter (where isfinite(taken.held_until)) - min(moment)) * 1000)::float8
        as "changesInMs"
    from show
    cross join clock
    left join booking_seat_mapping taken
      on taken.show_id = show.id
      and (taken.held_until is null or taken.held_until > moment)
    where show.id = any(${showIds}::bigint[])
    group by show.id`,
  );
}
