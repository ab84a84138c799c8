import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { migrationStatus } from '../../../src/platform/migrations/migration-status.ts';
import { emptyDatabase, readSteps } from '../../support/schema.ts';

const filled = (version: 1 | 21) =>
  readFileSync(new URL(`schema/filled-${version}.sql`, import.meta.url), 'utf8');

test('each of the first 21 migrations changes the schema as it should, and its undoing brings it back', async (t) => {
  const database = await emptyDatabase(t);
  let before: string[] = [];
  for (const { number, name, gone, added } of readSteps()) {
    const after = [...before.filter((line) => !gone.includes(line)), ...added].toSorted(byBytes);
    await database.up(number);
    assert.deepEqual(await database.schema(), after, name);
    await database.down(number - 1);
    // A value of an enum cannot be taken back.
    assert.deepEqual(
      await database.schema(),
      name === 'wallet_payment_type' ? after : before,
      `${name}, undone`,
    );
    await database.up(number);
    assert.deepEqual(await database.schema(), after, `${name}, once more`);
    before = after;
  }
  assert.equal(before.length, 155);
  assert.match(database.said.join('\n'), /cannot take back a value of an enum/);

  const { migrations } = await migrationStatus(database.url);
  const names = readSteps().map(({ number, name }) => `${String(number).padStart(6, '0')}_${name}`);
  assert.deepEqual(
    migrations.filter(({ done }) => done).map(({ name }) => name),
    names,
  );
});

test('the first migrations carry along what a database of their time held', async (t) => {
  const database = await emptyDatabase(t);
  await database.up(1);
  await database.run(filled(1));

  await database.up(3);
  assert.deepEqual(
    await database.rows('select username, security_question_id, security_answer_hash from customertable'),
    [{ username: 'ana', security_question_id: 1, security_answer_hash: '' }],
  );
  await database.up(9);
  assert.deepEqual(
    await database.rows(`
      select payment_type, booking_time = (date '2025-04-19' + id::int + make_interval(hours => 9 + id::int)) as same
      from booking
      order by id`),
    ['Cash', 'Card', 'Card', 'Cash'].map((payment_type) => ({ payment_type, same: true })),
  );
  for (const version of [10, 14, 21]) {
    await database.up(version);
    const link = version < 14 ? 'customer.id = booking.customer_id' : 'customer.booking_id = booking.id';
    assert.deepEqual(
      await database.rows(`
        select booking.id::int, customer.name, customer.number
        from booking
        join admin_booked_customer as customer on ${link} and customer.id = booking.customer_id
        order by booking.id, customer.id`),
      [
        { id: 1, name: 'Walter', number: '9000000011' },
        { id: 2, name: 'Walter', number: '9000000011' },
        { id: 3, name: 'Wilma', number: '9000000012' },
        { id: 4, name: 'Unknown', number: '0000000000' },
      ],
      `at ${version}`,
    );
  }
  assert.deepEqual(await database.rows('select username, balance from customer_wallet'), [
    { username: 'ana', balance: '0.00' },
  ]);
});

test('a filled database goes back step by step and up again, and keeps what both ends know', async (t) => {
  const database = await emptyDatabase(t);
  await database.up(21);
  await database.run(filled(21));
  const schema = await database.schema();
  const bookings = () =>
    database.rows(`
      select
        booking.id, date, show_id, no_of_seats, amount_paid, status, booking_time,
        case payment_type::text when 'Wallet' then 'Card' else payment_type::text end as payment_type,
        coalesce(walk_in.name, customer.name) as name,
        coalesce(walk_in.number, customer.number) as number,
        (select string_agg(seat_number, ' ' order by id) from booking_seat_mapping where booking_id = booking.id) as seats
      from booking
      left join admin_booked_customer as walk_in on walk_in.booking_id = booking.id
      left join customertable as customer on customer.username = booking.customer_username
      order by booking.id`);
  const before = await bookings();
  assert.equal(before.length, 5);

  for (let to = 20; to >= 1; to--) await database.down(to);
  for (let to = 2; to <= 21; to++) await database.up(to);
  assert.deepEqual(await bookings(), before);
  assert.deepEqual(await database.schema(), schema);
  await database.run(`
    insert into admin_booked_customer (name, number, booking_id) values ('New', '9000000099', 1);
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, payment_type)
    values ('2025-04-28', 2, 'ana', 1, 200.50, 'Wallet')`);
});

test('walk-ins whose links are in disorder survive the way back to the old link', async (t) => {
  const database = await emptyDatabase(t);
  await database.up(21);
  await database.run(filled(21));
  // Two bookings with one customer's id, and a customer that only knows its booking.
  await database.run(`
    update booking set customer_id = 1 where id = 4;
    insert into booking (date, show_id, customer_id, no_of_seats, amount_paid) values ('2025-04-28', 2, 1, 1, 200.50)`);
  await database.down(9);
  assert.deepEqual(
    await database.rows(`
      select booking.id::int, name
      from booking
      join admin_booked_customer as customer on customer.id = booking.customer_id
      where customer_username is null
      order by booking.id`),
    [
      { id: 2, name: 'Walter' },
      { id: 4, name: 'Wilma' },
      { id: 6, name: 'Walter' },
    ],
  );
  await database.up(21);
});

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
