import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { takeOver } from '../../src/bookings/bookings.ts';
import { emptyDatabase } from '../support/schema.ts';

const ZONE = 'Asia/Kolkata';

/** A database of the reference at 19: a past show, a coming show, and what the reference leaves. */
async function reference(t: TestContext) {
  const database = await emptyDatabase(t);
  await database.up(19);
  await database.run(`
    insert into seat (seat_number, seat_type) values ('A1', 'Standard'), ('A2', 'Standard'), ('A3', 'Standard');
    insert into slot (name, start_time, end_time) values ('Morning', '08:30', '11:30');
    insert into show (movie_id, date, slot_id, cost) values
      ('tt1', current_date - 10, 1, 100), ('tt1', current_date + 10, 1, 100);
    insert into usertable (username, password, role) values ('asha', 'x', 'customer'), ('ravi', 'x', 'customer');
    insert into customertable (name, username, number, email, security_question_id, security_answer_hash) values
      ('Asha Rao', 'asha', '9000000001', 'asha@example.com', 1, 'x'),
      ('Ravi Nair', 'ravi', '9000000002', 'ravi@example.com', 1, 'x');
    insert into customer_wallet (username, balance) values ('asha', 70), ('ravi', 40);
    insert into wallet_transaction (wallet_id, username, transaction_id, amount, transaction_type) values
      (1, 'asha', 'tx-1', 100, 'ADD'), (1, 'asha', 'tx-2', 50, 'DEDUCT'), (2, 'ravi', 'tx-3', 40, 'ADD')`);
  const book = async (
    showId: number,
    username: string,
    status: string,
    seats: string[],
    minutesAgo: number,
  ) => {
    const [row] = await database.rows<{ id: number }>(`
      with booked as (
        insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type, booking_time)
        select date, id, '${username}', ${seats.length}, 100, '${status}', 'Card', now() - interval '${minutesAgo} minutes'
        from show where id = ${showId}
        returning id
      ), seated as (
        insert into booking_seat_mapping (booking_id, seat_number)
        select booked.id, seat from booked, unnest(array['${seats.join("','")}']) seat
      )
      select id::int from booked`);
    return row?.id ?? 0;
  };
  return { ...database, book };
}

const told = (keepEarliest: boolean, said: string[]) => ({
  zone: { name: ZONE, isSet: true },
  beforeOurs: (client: Parameters<typeof takeOver>[0]) =>
    takeOver(client, {
      keepEarliest,
      holdSeconds: 300,
      zone: ZONE,
      log: { warn: (text) => void said.push(text) },
    }),
});

test('expired holds go, live ones stay, and the payment of a removed hold is kept', async (t) => {
  const database = await reference(t);
  const tracked = await database.book(2, 'asha', 'Pending', ['A1'], 60);
  const untracked = await database.book(2, 'asha', 'Pending', ['A1'], 6);
  const charged = await database.book(2, 'asha', 'Pending', ['A1'], 7);
  const young = await database.book(2, 'ravi', 'Pending', ['A2'], 1);
  await database.run(`
    insert into pending_booking_tracker values (${tracked}, now() - interval '55 minutes');
    insert into payment_transaction (booking_id, transaction_id, payment_method, amount, status)
    values (${charged}, 'gateway-1', 'Card', 100, 'Completed')`);

  await database.up(undefined, told(false, []));

  const left = await database.rows<{ id: string }>('select id from booking order by id');
  assert.deepEqual(
    left.map(({ id }) => Number(id)),
    [charged, young],
    `${tracked} and ${untracked} are gone`,
  );
  assert.deepEqual(
    await database.rows('select seat_number, held_until > now() as held from booking_seat_mapping'),
    [{ seat_number: 'A2', held: true }],
  );
  await database.run(`delete from booking where id = ${charged}`);
  assert.deepEqual(
    await database.rows(
      'select booking_id, original_booking_id::int, transaction_id from payment_transaction',
    ),
    [{ booking_id: null, original_booking_id: charged, transaction_id: 'gateway-1' }],
  );
});

test('a seat of a coming show that was sold twice stops the start with a list, and nothing is changed', async (t) => {
  const database = await reference(t);
  const first = await database.book(2, 'asha', 'Confirmed', ['A1', 'A2'], 90);
  const second = await database.book(2, 'ravi', 'Confirmed', ['A2'], 80);
  const over = await database.book(2, 'ravi', 'Pending', ['A3'], 70);

  await assert.rejects(database.up(undefined, told(false, [])), (error: Error) => {
    assert.match(
      error.message,
      /seat A2: booking \d+ \(Confirmed, Asha Rao, 9000000001\); booking \d+ \(Confirmed, Ravi Nair, 9000000002\)/,
    );
    assert.match(error.message, /--keep-earliest/);
    return true;
  });
  const left = await database.rows<{ id: string }>('select id from booking order by id');
  assert.deepEqual(
    left.map(({ id }) => Number(id)),
    [first, second, over],
  );
  assert.deepEqual(await database.rows(`select to_regclass('pgmigrations')::text as books`), [
    { books: 'pgmigrations' },
  ]);
  assert.deepEqual(await database.rows('select count(*)::int from pgmigrations'), [{ count: 19 }]);
});

test('told to keep the earliest, it frees the others and lists them for refund', async (t) => {
  const database = await reference(t);
  const first = await database.book(2, 'asha', 'Confirmed', ['A1', 'A2'], 90);
  const second = await database.book(2, 'ravi', 'Confirmed', ['A2', 'A3'], 80);
  const said: string[] = [];

  await database.up(undefined, told(true, said));

  assert.match(said.join('\n'), /refund the others:\n.*seat A2/);
  assert.deepEqual(
    await database.rows(
      'select booking_id::int, seat_number, show_id::int from booking_seat_mapping order by id',
    ),
    [
      { booking_id: first, seat_number: 'A1', show_id: 2 },
      { booking_id: first, seat_number: 'A2', show_id: 2 },
      { booking_id: second, seat_number: 'A3', show_id: 2 },
    ],
  );
});

test('seats sold twice in a show that is over stay outside the constraint', async (t) => {
  const database = await reference(t);
  const first = await database.book(1, 'asha', 'CheckedIn', ['A1'], 20_000);
  const second = await database.book(1, 'ravi', 'CheckedIn', ['A1'], 19_000);
  await database.up(undefined, told(false, []));
  assert.deepEqual(
    await database.rows('select booking_id::int, show_id::int from booking_seat_mapping order by id'),
    [
      { booking_id: first, show_id: 1 },
      { booking_id: second, show_id: null },
    ],
  );
});

test('a wallet whose history does not sum has the difference recorded once, and goes back and forth unharmed', async (t) => {
  const database = await reference(t);
  await database.book(2, 'asha', 'Confirmed', ['A1'], 90);
  await database.up(undefined, told(false, []));
  const differences = 'select wallet_id::int, amount from wallet_opening_difference';
  assert.deepEqual(await database.rows(differences), [{ wallet_id: 1, amount: '20.00' }]);
  const reached = await database.schema();

  await database.down(21);
  await database.up(undefined, told(false, []));

  assert.deepEqual(await database.schema(), reached);
  assert.deepEqual(await database.rows(differences), [{ wallet_id: 1, amount: '20.00' }]);
  assert.deepEqual(await database.rows('select count(*)::int from booking_seat_mapping where show_id = 2'), [
    { count: 1 },
  ]);
});

test('going back stops where it would lose the only trace of money, and says how many', async (t) => {
  const database = await reference(t);
  await database.up(undefined, told(false, []));
  await database.run(`
    insert into payment_transaction (customer_username, purpose, payment_method, amount, status)
    values ('asha', 'top-up', 'Card', 10, 'Unknown')`);
  await assert.rejects(database.down(21), /would lose 1 payment attempts/);
});

test('phone numbers that customers share already are left, and no other can be shared', async (t) => {
  const database = await reference(t);
  await database.run(`
    insert into usertable (username, password, role) values ('meera', 'x', 'customer'), ('kiran', 'x', 'customer');
    insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
    values ('Meera', 'meera', '9000000001', 'meera@example.com', 1, 'x')`);
  await database.up(undefined, told(false, []));
  const insert = (number: string) =>
    database.run(`
      insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
      values ('Kiran', 'kiran', '${number}', 'kiran@example.com', 1, 'x')`);
  await assert.rejects(insert('9000000002'), /customertable_number_key/);
  await insert('9000000003');
});
