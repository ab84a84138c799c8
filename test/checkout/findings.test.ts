import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countFindings, findAll } from '../../src/checkout/checkout.ts';
import { startApp, type Person } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';

// Rows are written by hand: some are such as the program itself would never write.
const app = await startApp(wholeFile);
await app.needs.monitor.stop();
const all = () => findAll(app.pool);
const ofADay = () => findAll(app.pool, 24);

const showId = await app.show();
async function booking(
  { username }: Person,
  { status = 'Confirmed', method = 'Card', amount = '200', at = 'now()' } = {},
): Promise<number> {
  const [row] = await app.rows<{ id: number }>(`
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type, booking_time)
    values (current_date, ${showId}, '${username}', 1, ${amount}, '${status}', '${method}', ${at})
    returning id`);
  return row?.id ?? 0;
}
async function payment(
  status: string,
  {
    of = 'null',
    was = 'null',
    purpose = 'booking',
    method = 'Card',
    amount = '200',
    tx = 'null',
    at = 'now()',
    lease = 'null',
    resolution = 'null',
    earlier = 'null',
  }: Partial<Record<'of' | 'was', number | string>> &
    Partial<
      Record<'purpose' | 'method' | 'amount' | 'tx' | 'at' | 'lease' | 'resolution' | 'earlier', string>
    > = {},
): Promise<number> {
  const [row] = await app.rows<{ id: number }>(`
    insert into payment_transaction (booking_id, original_booking_id, purpose, payment_method, amount, status,
      transaction_id, processed_at, lease_until, resolution, earlier_resolution)
    values (${of}, ${was}, '${purpose}', '${method}', ${amount}, '${status}', ${tx}, ${at}, ${lease}, ${resolution}, ${earlier})
    returning id`);
  return row?.id ?? 0;
}
const LONG_AGO = `now() - interval '25 hours'`;
const empty = () =>
  app.script(`
    begin; set local session_replication_role = replica;
    truncate booking, booking_seat_mapping, payment_transaction, wallet_transaction, customer_wallet,
      wallet_opening_difference cascade; commit;
    update take_over set last_booking_id = 0, last_payment_id = 0`);

test('an attempt is open while nobody knows its end, however old it is, and one of a booking while that is not sold', async () => {
  await empty();
  const person = await app.customer();
  const [sold, admitted, pending] = [
    await booking(person),
    await booking(person, { status: 'CheckedIn' }),
    await booking(person, { status: 'Pending' }),
  ];
  const open = [
    await payment('Unknown', { of: sold, at: LONG_AGO }),
    await payment('Unknown', { purpose: 'top-up', tx: `'tx'` }),
    await payment('Processing', { lease: 'now()', at: LONG_AGO, was: 77 }),
    await payment('Completed', { of: pending, tx: `'tx'` }),
    await payment('Completed', { was: 78, tx: `'tx'`, method: 'Wallet' }),
  ];
  const old = await payment('Completed', { was: 79, at: LONG_AGO });
  await payment('Processing', { lease: `now() + interval '1 minute'` });
  await payment('Completed', { of: sold });
  await payment('Completed', { of: admitted });
  await payment('Completed', { purpose: 'shortfall', was: 80 });
  await payment('Completed', { purpose: 'top-up' });
  await payment('Failed', { was: 81 });
  for (const status of ['Unknown', 'Completed', 'Refunded'])
    await payment(status, { was: 82, resolution: `'refunded'` });

  const { attempts } = await all();
  assert.deepEqual(
    attempts.map(({ id }) => id),
    [...open, old],
  );
  assert.deepEqual(
    attempts.map(({ bookingId, problem }) => [bookingId, problem]),
    [
      [sold, 'outcome unknown'],
      [null, 'charged, not confirmed'],
      [77, 'outcome unknown'],
      [pending, 'charged, not confirmed'],
      [78, 'charged, not confirmed'],
      [79, 'outcome unknown'],
    ],
  );
  assert.deepEqual(
    (await ofADay()).attempts.map(({ id }) => id),
    open,
  );
  const [, , third = 0] = open;
  await app.script(`update take_over set last_payment_id = ${third}`);
  assert.deepEqual(
    (await all()).attempts.map(({ id }) => id),
    [...open.slice(3), old],
  );
  assert.equal((await all()).beforeTakeOver.attempts, 3);
  assert.equal((await ofADay()).beforeTakeOver.attempts, 0);
});

test('a wallet is found whose balance is not its history and what the take-over found unexplained', async () => {
  await empty();
  const people = await app.customers(5, { balance: '10.00' });
  const [plain, more, less, explained, old] = people.map(({ username }) => username);
  await app.script(`
    update customer_wallet set balance = 12 where username = '${more}';
    update customer_wallet set balance = 3, updated_at = now() - interval '25 hours' where username in ('${less}', '${old}');
    update customer_wallet set balance = 13 where username = '${explained}';
    insert into wallet_opening_difference (wallet_id, amount, last_transaction_id)
    select id, 3, 0 from customer_wallet where username = '${explained}';
    insert into wallet_transaction (wallet_id, username, transaction_id, amount, transaction_type)
    select id, username, 'spent', 7, 'DEDUCT' from customer_wallet where username = '${old}'`);
  assert.ok(plain);
  assert.deepEqual((await all()).wallets, [
    { username: more, balance: '12.00', history: '10.00' },
    { username: less, balance: '3.00', history: '10.00' },
  ]);
  await app.script(`update customer_wallet set balance = 4 where username = '${old}'`);
  const [first, ...others] = (await ofADay()).wallets;
  assert.deepEqual([first?.username, others], [more, []]);
  assert.deepEqual(
    (await all()).wallets.map(({ username }) => username),
    [more, less, old],
  );
});

test('a booking is found that is confirmed without one payment of its price, by its way of payment', async () => {
  await empty();
  const person = await app.customer();
  const paid = await booking(person);
  await payment('Completed', { of: paid });
  const late = await booking(person);
  await payment('Unknown', { of: late, earlier: `'confirmed'` });
  const walkIn = await booking(person);
  await app.script(`
    with guest as (insert into admin_booked_customer (name, number) values ('Guest', '9876543210') returning id)
    update booking set customer_username = null, customer_id = guest.id from guest where booking.id = ${walkIn}`);
  await booking(person, { status: 'Pending' });
  const unpaid: number[] = [];
  for (const [status, how] of [
    ['Failed', {}],
    ['Completed', { method: 'Wallet' }],
    ['Completed', { amount: '199.99' }],
    ['Completed', { of: paid }],
    ['Unknown', { earlier: `'credited'` }],
  ] as const) {
    const id = await booking(person, { status: unpaid.length === 0 ? 'CheckedIn' : 'Confirmed' });
    await payment(status, { of: id, ...how });
    unpaid.push(id);
  }
  const old = await booking(person, { at: LONG_AGO });

  const { bookings } = await all();
  assert.deepEqual(
    bookings.map(({ id }) => id),
    [...unpaid, old],
  );
  assert.deepEqual(
    (await ofADay()).bookings.map(({ id }) => id),
    unpaid,
  );
  const [first = 0] = unpaid;
  await app.script(`update take_over set last_booking_id = ${first}`);
  const after = await all();
  assert.deepEqual(
    after.bookings.map(({ id }) => id),
    [...unpaid.slice(1), old],
  );
  assert.equal(
    after.beforeTakeOver.bookings,
    2,
    'without any payment that was completed: late, and the first',
  );
});

test('a seat of a show is found that two bookings have, unless one of the holds is over', async () => {
  await empty();
  const person = await app.customer();
  const other = await app.show();
  const seat = async (number: string, heldUntil: string, { at = 'now()', show = showId } = {}) => {
    const id = await booking(person, { status: 'Pending', at });
    await app.script(`
      update booking set show_id = ${show} where id = ${id};
      insert into booking_seat_mapping (booking_id, show_id, seat_number, held_until)
      values (${id}, ${show}, '${number}', ${heldUntil})`);
    return id;
  };
  await app.script('alter table booking_seat_mapping drop constraint unique_show_seat');
  const SOON = `now() + interval '1 minute'`;
  const both = [await seat('B2', 'null'), await seat('B2', 'null')];
  const mixed = [await seat('B1', 'null'), await seat('B1', SOON)];
  await seat('A3', 'null');
  await seat('A3', 'now()');
  await seat('A4', 'null');
  await seat('A4', 'null', { show: other });
  const old = [await seat('C1', SOON, { at: LONG_AGO }), await seat('C1', SOON, { at: LONG_AGO })];
  const found = async (read = all) =>
    (await read()).seats.map(({ seat: number, bookings }) => [number, bookings]);
  assert.deepEqual(await found(), [
    ['B1', mixed],
    ['B2', both],
    ['C1', old],
  ]);
  assert.deepEqual(await found(ofADay), [
    ['B1', mixed],
    ['B2', both],
  ]);
  await app.script(`update take_over set last_booking_id = ${both[1]}`);
  assert.deepEqual(await found(), [
    ['B1', mixed],
    ['C1', old],
  ]);
  await app.script(`update booking_seat_mapping set show_id = null where booking_id = ${both[0]}`);
  assert.equal((await all()).beforeTakeOver.seats, 1);
  assert.equal(countFindings(await all()), 2);
});
