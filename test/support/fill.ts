import pg from 'pg';

export type Filling = { bookings: number; days?: number; withSeats?: boolean };

/**
 * Fills a migrated database with bookings of the last `days` days (360), about forty a show: nine in ten by 20,000
 * customers, one a walk-in, one in fifty unpaid. Seat rows, which no report reads, only
 * where they are wanted. A million takes under a minute, with seats two.
 */
export async function fill(
  databaseUrl: string,
  { bookings, days = 360, withSeats = false }: Filling,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(script(bookings, days, withSeats ? SEATS : ''));
    for (const table of TABLES) await client.query(`vacuum (analyze) ${table}`);
  } finally {
    await client.end();
  }
}

// As many as the hall has; what a show would sell beyond that has none.
const SEATS = `
  insert into booking_seat_mapping (booking_id, show_id, seat_number)
  select id, show_id, chr(65 + seat / 10) || 1 + seat % 10
  from (
    select id, show_id, n, seats, sum(seats) over (partition by show_id order by n) - seats as first
    from filled
    where n % 50 <> 0
  ) sold, generate_series(first::integer, first::integer + seats - 1) seat
  where seat < 100;`;

const TABLES = ['booking', 'booking_seat_mapping', 'admin_booked_customer', 'customertable', 'show'];
const A_SHOW = 40;

// As a restore does: every row is as the triggers and foreign keys would want it, so they need not look.
const script = (bookings: number, days: number, seats: string) => `
  begin;
  set local session_replication_role = replica;
  set local synchronous_commit = off;

  insert into usertable (username, password, role)
  select 'filled' || n, 'nobody''s', 'customer' from generate_series(1, 20000) n;

  insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
  select 'Asha Rao', 'filled' || n, (8000000000 + n)::text, 'filled' || n || '@example.com', 1, ''
  from generate_series(1, 20000) n;

  insert into show (movie_id, date, slot_id, cost)
  select (array['tt0111161', 'tt0068646', 'tt0468569', 'tt0050083'])[1 + n % 7 % 4], date '1990-01-01' + n / 4,
    1 + n % 4, 150.50 + 10 * (n % 20)
  from generate_series(1, ${Math.ceil(bookings / A_SHOW)}) n;

  create temporary table filled on commit drop as
  select n + (select coalesce(max(id), 0) from booking) as id, show.id as show_id, show.date, show.cost,
    n, 1 + n % 4 as seats, n % 3 = 0 as deluxe, now() - interval '${days} days' * (1 - n::float8 / ${bookings}) as at
  from generate_series(1, ${bookings}) n
  join (select id, date, cost, row_number() over (order by id) - 1 as place from show) show
    on show.place = n % ${Math.ceil(bookings / A_SHOW)};

  insert into booking (id, date, show_id, customer_id, customer_username, no_of_seats, amount_paid, status,
    booking_time, payment_type)
  select id, date, show_id, case when n % 10 = 0 then n end, case when n % 10 <> 0 then 'filled' || 1 + n % 20000 end,
    seats, seats * (cost + case when deluxe then 150 else 0 end),
    (case when n % 50 = 0 then 'Pending' when n % 3 = 0 then 'CheckedIn' else 'Confirmed' end)::booking_status, at,
    (case when n % 10 = 0 then 'Cash' when n % 3 = 0 then 'Wallet' else 'Card' end)::payment_mode_enum
  from filled
  order by id;

  ${seats}

  insert into admin_booked_customer (id, name, number, booking_id)
  select n, 'Walk In', '9876543210', id from filled where n % 10 = 0;

  select setval(pg_get_serial_sequence('booking', 'id'), (select max(id) from booking)),
    setval(pg_get_serial_sequence('admin_booked_customer', 'id'), ${bookings});
  commit`;
