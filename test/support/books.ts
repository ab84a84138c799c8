import assert from 'node:assert/strict';
import pg from 'pg';
import type { SimulatedCharge } from '../../src/payments/simulator.ts';
import { many, sql } from '../../src/platform/database/db.ts';
import type { TestApp } from './app.ts';

type Rows = Pick<TestApp, 'pool'>;

/** That seats, bookings and holds fit together: nothing half written, no seat sold twice, nothing sold that ends. */
export async function assertHouseInOrder({ pool }: Rows): Promise<void> {
  const faults = await many(
    pool,
    sql`
    select booking.id, booking.status::text, 'not all its seats, or too many' as fault
    from booking
    where no_of_seats <> (select count(*) from booking_seat_mapping where booking_id = booking.id)
    union all
    select id, status::text, 'a hold without its tracker' from booking
    where status = 'Pending' and not exists (select from pending_booking_tracker where booking_id = booking.id)
    union all
    select booking_id, null, 'a tracker of what is sold' from pending_booking_tracker
    where exists (select from booking where id = booking_id and status <> 'Pending')
    union all
    select seat.booking_id, booking.status::text, 'a seat whose end is not its booking''s'
    from booking_seat_mapping seat
    join booking on booking.id = seat.booking_id
    left join pending_booking_tracker tracker on tracker.booking_id = booking.id
    where seat.show_id is distinct from booking.show_id
      or seat.held_until is distinct from
        case when booking.status = 'Pending' then greatest(tracker.expiration_time, tracker.paying_until) end
    union all
    select show_id, seat_number, 'a seat twice' from booking_seat_mapping
    group by show_id, seat_number having count(*) > 1`,
  );
  assert.deepEqual(faults, []);
}

/** That each charge has one booking or stands in one wallet, each booking its money, and each wallet its history. */
export async function assertMoneyInOrder(app: Rows, charges: readonly SimulatedCharge[]): Promise<void> {
  const { pool } = app;
  const recorded = await many<{ transactionId: string; key: string; amount: string }>(
    pool,
    sql`
    select transaction_id as "transactionId", attempt_id as key, amount
    from payment_transaction attempt
    where status = 'Completed'
      and payment_method = 'Card'
      and (exists (select from booking where id = attempt.booking_id and status = 'Confirmed')
        or exists (select from wallet_transaction wallet
          where wallet.transaction_id = attempt.transaction_id
            and wallet.transaction_type = 'ADD'
            and wallet.amount = attempt.amount))`,
  );
  const charged = charges.map((charge) => `${charge.transaction_id} ${charge.key} ${charge.amount}`);
  const written = recorded.map((row) => `${row.transactionId} ${row.key} ${Number(row.amount)}`);
  assert.deepEqual(written.toSorted(), charged.toSorted(), 'charges and what they paid for');
  const faults = await many(
    pool,
    sql`
    select id, 'confirmed without one payment of its price' as fault
    from booking
    where status = 'Confirmed'
      and customer_username is not null
      and amount_paid is distinct from (
        select sum(amount) from payment_transaction
        where booking_id = booking.id and status = 'Completed' and payment_method = booking.payment_type
      )
    union all
    select wallet.id, 'a wallet that its history does not explain'
    from customer_wallet wallet
    where balance <> (
      select coalesce(sum(case transaction_type when 'ADD' then amount else -amount end), 0)
      from wallet_transaction history
      where history.wallet_id = wallet.id
    )`,
  );
  assert.deepEqual(faults, []);
}

/** How many deadlocks there were. To be asked when the apps have stopped: a session tells of them when it ends. */
export async function countDeadlocks(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ deadlocks: string; others: string }>(`
        select deadlocks, (
          select count(*) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and application_name like 'skyfox%'
        ) as others
        from pg_stat_database
        where datname = current_database()`);
      const [row] = rows;
      if (Number(row?.others) === 0) return Number(row?.deadlocks);
    }
  } finally {
    await client.end();
  }
}
