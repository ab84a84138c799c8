import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { confirmPending, isPayable, lockBooking, lockSeats } from '../../src/bookings/bookings.ts';
import { insertAttempt } from '../../src/checkout/begin-payment.ts';
import { confirmByCard, confirmByWallet } from '../../src/checkout/confirm.ts';
import { one, sql, type Tx } from '../../src/platform/database/db.ts';
import { startApp } from '../support/app.ts';
import { assertLockOrder } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);
await app.needs.monitor.stop();

/** A hold of A2 and A10, which lie in the table in the order in which they are not locked. */
async function held({ balance = '1000.00' } = {}) {
  const person = await app.customer({ balance });
  const show = await app.show();
  const booking = Number((await app.hold(person, show, ['A2', 'A10'])).data['booking_id']);
  await app.script(`
    create temporary table moved on commit drop as
    select * from booking_seat_mapping where booking_id = ${booking} and seat_number = 'A10';
    delete from booking_seat_mapping where id in (select id from moved);
    insert into booking_seat_mapping select * from moved`);
  const seat = (number: string) =>
    `booking_seat_mapping where booking_id = ${booking} and seat_number = '${number}'`;
  return {
    person,
    booking,
    seat,
    row: `booking where id = ${booking}`,
    tracker: `pending_booking_tracker where booking_id = ${booking}`,
  };
}

test('what changes a booking locks first the booking, then its hold, then its seats by their numbers', async () => {
  for (const order of ['booking, hold', 'hold, seats', 'seats']) {
    const { person, booking, row, tracker, seat } = await held();
    const { first, next } =
      order === 'booking, hold'
        ? { first: row, next: tracker }
        : order === 'hold, seats'
          ? { first: tracker, next: seat('A10') }
          : { first: seat('A10'), next: seat('A2') };
    const cancelled = await assertLockOrder(app, { first, next }, () => app.cancel(person, booking));
    assert.equal(cancelled.code, '200', order);
  }
});

test('a change of a hold’s end in the tracker locks its seats by their numbers', async () => {
  const { booking, seat } = await held();
  await assertLockOrder(app, { first: seat('A10'), next: seat('A2') }, () => app.age(booking));
});

const payment = { purpose: 'booking', amount: '400.00', leaseSeconds: 60, seats: ['A2', 'A10'] } as const;
const ways = {
  'by card': async (tx: Tx, booking: number, username: string) => {
    const locked = await lockBooking(tx, booking);
    assert.ok(locked);
    return insertAttempt(tx, locked, { ...payment, attemptId: randomUUID(), username });
  },
  'by wallet': async (tx: Tx, booking: number) => {
    const locked = await lockBooking(tx, booking);
    assert.ok(locked);
    const onlyIf = isPayable({ bookingId: booking });
    return (await confirmByWallet(tx, locked, { transactionId: randomUUID(), onlyIf })) || undefined;
  },
};

for (const [way, begin] of Object.entries(ways)) {
  test(`a payment ${way} begins on a live hold, and not on a hold that is over or is being paid`, async () => {
    const { booking, person } = await held();
    const other = await held();
    const begun = () =>
      app.needs.pool.transaction((tx): Promise<unknown> => begin(tx, booking, person.username));
    await app.script(
      `update pending_booking_tracker set expiration_time = clock_timestamp() where booking_id = ${booking}`,
    );
    assert.equal(await begun(), undefined, 'it is over');
    await app.age(booking, -60);
    await app.script(`update pending_booking_tracker set paying_until = clock_timestamp() + interval '60 s'
      where booking_id = ${booking}`);
    assert.equal(await begun(), undefined, 'it is being paid');
    await app.script(
      `update pending_booking_tracker set paying_until = clock_timestamp() where booking_id = ${booking}`,
    );

    assert.ok(await begun());
    assert.equal(await app.count('payment_transaction', `booking_id = ${booking}`), 1);
    const untouched = `booking_id = ${other.booking} and paying_until is null`;
    assert.equal(await app.count('pending_booking_tracker', untouched), 1, 'no other hold is touched');
    assert.equal(await app.count('booking', `id = ${other.booking} and status = 'Pending'`), 1);
  });
}

test('a hold says of itself whether it is over, being paid, or has an attempt of unknown outcome', async () => {
  const { booking } = await held();
  const other = await held();
  const stands = async (): Promise<string[]> => {
    const { seats, ...state } = await app.needs.pool.transaction((tx) => lockSeats(tx, booking));
    assert.deepEqual(seats, ['A2', 'A10']);
    return Object.entries(state).flatMap(([name, holds]) => (holds ? [name] : []));
  };
  const set = (column: string, seconds: number) =>
    app.script(`update pending_booking_tracker set ${column} = clock_timestamp() + interval '${seconds} s'
      where booking_id = ${booking}`);
  assert.deepEqual(await stands(), []);
  await set('paying_until', 60);
  assert.deepEqual(await stands(), ['isPaying']);
  await set('paying_until', 0);
  await set('expiration_time', 0);
  assert.deepEqual(await stands(), ['isOver']);
  await app.script(`insert into payment_transaction (booking_id, original_booking_id, payment_method, amount, status)
    select id, id, 'Card', 1, case id when ${booking} then 'Failed' else 'Unknown' end
    from booking where id in (${booking}, ${other.booking})`);
  assert.deepEqual(await stands(), ['isOver']);
  for (const status of ['Processing', 'Unknown']) {
    await app.script(`update payment_transaction set status = '${status}' where booking_id = ${booking}`);
    assert.deepEqual(await stands(), ['isOver', 'isUnresolved'], status);
  }
  await app.script(`delete from pending_booking_tracker where booking_id = ${booking}`);
  assert.ok((await stands()).includes('isOver'), 'without a tracker it is over');
});

test('a hold is judged by the time at which its payment begins, not by that of its transaction', async () => {
  const { booking, person } = await held();
  const other = await held();
  const begun = async (id: number, column: string, begin: (tx: Tx) => Promise<unknown>) => {
    await app.script(`update pending_booking_tracker set ${column} = clock_timestamp() + interval '0.2 s'
      where booking_id = ${id}`);
    return app.needs.pool.transaction(async (tx) => {
      await tx.run(sql`select pg_sleep(0.25)`);
      return begin(tx);
    });
  };
  const { 'by card': byCard, 'by wallet': byWallet } = ways;
  assert.equal(
    await begun(booking, 'expiration_time', (tx) => byCard(tx, booking, person.username)),
    undefined,
  );
  assert.equal(await begun(booking, 'expiration_time', (tx) => byWallet(tx, booking)), undefined);
  const ofOther = (tx: Tx) => byCard(tx, other.booking, other.person.username);
  assert.ok(await begun(other.booking, 'paying_until', ofOther));
  const [{ mark, lease } = { mark: 0, lease: 0 }] = await app.rows<{ mark: number; lease: number }>(`
    select extract(epoch from paying_until - xact.began)::float8 as mark,
      extract(epoch from lease_until - xact.began)::float8 as lease
    from pending_booking_tracker
    join payment_transaction using (booking_id)
    cross join lateral (select processed_at as began) xact
    where booking_id = ${other.booking}`);
  assert.ok(mark >= payment.leaseSeconds + 0.2 && lease >= payment.leaseSeconds + 0.2, `${mark}, ${lease}`);
});

test('a booking is confirmed once, from Pending alone, and no other with it', async () => {
  const { booking, person } = await held();
  const other = await held();
  const attempt = async (tx: Tx) => {
    const locked = await lockBooking(tx, booking);
    assert.ok(locked);
    return insertAttempt(tx, locked, { ...payment, attemptId: randomUUID(), username: person.username });
  };
  const made = await app.needs.pool.transaction(attempt);
  assert.ok(made);
  const confirm = () =>
    app.needs.pool.transaction((tx) => confirmByCard(tx, booking, { attempt: made.id, transactionId: 'tx' }));
  assert.equal(await confirm(), true);
  assert.equal(
    await app.count(
      'payment_transaction',
      `id = ${made.id} and transaction_id = 'tx' and status = 'Completed'`,
    ),
    1,
  );
  await app.script(`update booking set status = 'CheckedIn' where id = ${booking};
    update payment_transaction set transaction_id = 'first' where id = ${made.id}`);
  assert.equal(await confirm(), false);
  await app.needs.pool.transaction((tx) => confirmPending(tx, booking));
  assert.equal(await app.count('booking', `id = ${booking} and status = 'CheckedIn'`), 1);
  assert.equal(await app.count('payment_transaction', `id = ${made.id} and transaction_id = 'first'`), 1);
  assert.equal(await app.count('pending_booking_tracker', `booking_id = ${other.booking}`), 1);
  assert.equal(await app.count('booking', `id = ${other.booking} and status = 'Pending'`), 1);
});

test('taking from a wallet writes a new version of its row and no entry of an index', async () => {
  const { booking } = await held();
  // The server process counts what earlier transactions did on this connection as well, until it has reported it.
  const count = (tx: Tx) =>
    one<{ updated: number; withoutIndex: number }>(
      tx,
      sql`
      select n_tup_upd as updated, n_tup_hot_upd as "withoutIndex"
      from pg_stat_xact_user_tables
      where relname = 'customer_wallet'`,
    );
  const [before, after] = await app.needs.pool.transaction(async (tx) => {
    const first = await count(tx);
    assert.ok(await ways['by wallet'](tx, booking));
    return [first, await count(tx)];
  });
  assert.deepEqual(after, { updated: before.updated + 1, withoutIndex: before.withoutIndex + 1 });
});
