import { sql, type Statement } from '../platform/database/db.ts';

// A table of another tool may refer to bookings as well, and its rows may be locked: the rest of the rows waits no longer.
const PATIENCE = '50ms';

/** The CTE `patience`, and the condition that has it read before any row is locked: the statement waits for nobody. */
export const patience: Statement = sql`
  patience as materialized (
    select set_config('lock_timeout', ${PATIENCE}, true) as lock_timeout
  )`;
export const hasPatience: Statement = sql`(select lock_timeout from patience) is not null`;

/**
 * `whole`: those of the locked bookings of `over` of which all could be locked that deleting them deletes or changes,
 * without waiting for any of it: seats, payments, moves of wallets, guests. What somebody else has locked is in
 * `belonging` and not in `locked`.
 */
export const lockWhole: Statement = sql`
  ended as materialized (
    select array(select id from over) as ids
  ),
  seats as (
    select id, booking_id
    from booking_seat_mapping
    where booking_id = any ((select ids from ended)::bigint[])
    order by seat_number
    for update skip locked
  ),
  payments as (
    select id, booking_id
    from payment_transaction
    where booking_id = any ((select ids from ended)::bigint[])
    order by id
    for no key update skip locked
  ),
  moves as (
    select id, booking_id
    from wallet_transaction
    where booking_id = any ((select ids from ended)::bigint[])
    order by id
    for no key update skip locked
  ),
  guests as (
    select id, booking_id
    from admin_booked_customer
    where booking_id = any ((select ids from ended)::bigint[])
    order by id
    for update skip locked
  ),
  locked as (
    select 'seat' as kind, id, booking_id from seats
    union all
    select 'payment', id, booking_id from payments
    union all
    select 'move', id, booking_id from moves
    union all
    select 'guest', id, booking_id from guests
  ),
  belonging as (
    select 'seat' as kind, id, booking_id
    from booking_seat_mapping
    where booking_id = any ((select ids from ended)::bigint[])
    union all
    select 'payment', id, booking_id
    from payment_transaction
    where booking_id = any ((select ids from ended)::bigint[])
    union all
    select 'move', id, booking_id
    from wallet_transaction
    where booking_id = any ((select ids from ended)::bigint[])
    union all
    select 'guest', id, booking_id
    from admin_booked_customer
    where booking_id = any ((select ids from ended)::bigint[])
  ),
  whole as (
    select id
    from over
    except
    select booking_id
    from (
      select kind, id, booking_id from belonging
      except
      select kind, id, booking_id from locked
    ) held_up
  )`;
