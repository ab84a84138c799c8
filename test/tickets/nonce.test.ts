import assert from 'node:assert/strict';
import { test } from 'node:test';
import { many, sql } from '../../src/platform/database/db.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { emptyDatabase } from '../support/schema.ts';
import { book, checkIn, scanned, showAt } from '../checkins/door.ts';

/** A booking whose number is given a second time, as after a restore, to somebody else in the same show. */
async function useAgain(
  app: TestApp,
  bookingId: number,
  { status = 'Confirmed', nonce = 'gen_random_uuid()' } = {},
) {
  const { username } = await app.customer();
  await app.script(`
    create temporary table given as select * from booking where id = ${bookingId};
    delete from booking where id = ${bookingId};
    insert into booking (id, date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type, ticket_nonce)
    select id, date, show_id, '${username}', 1, 200, '${status}', 'Card', ${nonce}
    from given;
    drop table given`);
}

const detailOf = async (app: TestApp, ticket: string) =>
  ((await checkIn(app, { ticket })).data['details'] as unknown[])[0];

test('a ticket of a number that is used again lets nobody in, and the new ticket does', async (t) => {
  const app = await startApp(t);
  const [id = 0] = await book(app, await showAt(app, { inMinutes: 10 }));
  const old = await scanned(app, id);
  await useAgain(app, id);
  const forged = { booking_id: id, outcome: 'invalid', reason: 'forged' };
  assert.deepEqual(await detailOf(app, old), forged);
  assert.equal(await app.count('booking', `id = ${id} and status = 'Confirmed'`), 1);
  const fresh = await scanned(app, id);
  assert.deepEqual(await detailOf(app, fresh), { booking_id: id, outcome: 'checked_in' });
  assert.deepEqual(await detailOf(app, old), forged, 'also when the new one is in');
});

test('it is forged, too, where the new booking is not paid or has no nonce', async (t) => {
  const app = await startApp(t);
  const show = await showAt(app, { inMinutes: 10 });
  for (const how of [{ status: 'Pending' }, { nonce: 'null' }]) {
    const [id = 0] = await book(app, show);
    const old = await scanned(app, id);
    await useAgain(app, id, how);
    await app.pool.run(sql`
      insert into pending_booking_tracker (booking_id, expiration_time)
      values (${id}, clock_timestamp() + interval '5 minutes')`);
    assert.deepEqual(await detailOf(app, old), { booking_id: id, outcome: 'invalid', reason: 'forged' });
  }
});

test('a booking from before the migration keeps its tickets, and they become nobody else’s', async (t) => {
  const app = await startApp(t);
  const show = await showAt(app, { inMinutes: 10 });
  const [kept = 0, lost = 0] = await book(app, show, 2);
  await app.pool.run(sql`update booking set ticket_nonce = null where id = any (${[kept, lost]})`);
  const tickets = [await scanned(app, kept), await scanned(app, lost)] as const;
  assert.ok(tickets.every((ticket) => !ticket.includes('\nTicket: ')));
  assert.deepEqual(await detailOf(app, tickets[0]), { booking_id: kept, outcome: 'checked_in' });
  await useAgain(app, lost);
  assert.deepEqual(await detailOf(app, tickets[1]), {
    booking_id: lost,
    outcome: 'invalid',
    reason: 'forged',
  });
});

test('a good ticket of a booking that a restore has lost is unknown, not forged', async (t) => {
  const app = await startApp(t);
  const [id = 0] = await book(app, await showAt(app, { inMinutes: 10 }));
  const ticket = await scanned(app, id);
  await app.pool.run(sql`delete from booking where id = ${id}`);
  assert.deepEqual(await detailOf(app, ticket), { booking_id: id, outcome: 'invalid', reason: 'unknown' });
});

test('holds, walk-ins and rows of other tools get a nonce each; it is of a booking, so payment keeps it', async (t) => {
  const app = await startApp(t);
  const show = await showAt(app, { inMinutes: 10 });
  const customer = await app.customer();
  const held = Number((await app.hold(customer, show, ['A1'])).data['booking_id']);
  const nonces = () =>
    many<{ id: number; nonce: string | null }>(
      app.pool,
      sql`
      select id, ticket_nonce as nonce
      from booking
      order by id`,
    );
  const before = await nonces();
  await app.pay(customer, held);
  assert.deepEqual(await nonces(), before);
  await app.post('/admin/create-customer-booking', {
    as: app.admin,
    body: {
      show_id: await app.show(),
      customer_name: 'walk in',
      phone_number: '9876543210',
      seat_numbers: ['A1'],
    },
  });
  await book(app, show, 3);
  const all = (await nonces()).map(({ nonce }) => nonce);
  assert.equal(all.length, 5);
  assert.ok(all.every((nonce) => nonce !== null));
  assert.equal(new Set(all).size, 5);
});

test('bookings that are there at the migration get no nonce, those after it do, and it is undone', async (t) => {
  const database = await emptyDatabase(t);
  await database.up(31);
  const before = await database.schema();
  const sell = `
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid)
    select '2030-01-31', show.id, 'ana', 1, 200 from show`;
  await database.run(`
    insert into usertable (username, password, role) values ('ana', '', 'customer');
    insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
    values ('Ana', 'ana', '9876543210', 'ana@example.com', 1, '');
    insert into show (movie_id, date, slot_id, cost) select 'tt1', '2030-01-31', min(id), 200 from slot;
    ${sell}`);
  for (let round = 0; round < 2; round++) {
    await database.up(35);
    await database.run(sell);
    assert.deepEqual(
      await database.rows(`
        select count(*)::int as bookings, count(ticket_nonce)::int as nonces from booking`),
      [{ bookings: 2 + round, nonces: 1 }],
    );
    await database.run(`
      insert into check_in (booking_id, checked_in_by) select max(id), 'staff-1' from booking`);
    await database.down(31);
    assert.deepEqual(await database.schema(), before);
  }
});
