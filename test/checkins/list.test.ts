import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '../../src/platform/database/db.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { book, checkIn, showAt } from './door.ts';

const list = async (app: TestApp, query = '') => {
  const answer = await app.get(`/check-in/bookings${query}`, { as: app.staff });
  assert.equal(answer.status, 200, answer.text);
  return answer.data as unknown as Record<string, unknown>[];
};
const idsOf = (rows: readonly Record<string, unknown>[]) => rows.map(({ id }) => id);

test('the list has the Confirmed bookings, newest first, and nothing else of them', async (t) => {
  const app = await startApp(t);
  assert.deepEqual(await list(app), []);
  const show = await showAt(app, { inMinutes: 10 });
  const [a = 0, b = 0, c = 0] = await book(app, show, 3);
  await book(app, show, 1, 'Pending');
  await app.pool.run(sql`update booking set booking_time = '2029-12-31T23:59:59.5Z' where id = ${a}`);
  await app.pool.run(sql`update booking set booking_time = '2030-01-02T00:00:00+05:30' where id = ${b}`);
  await checkIn(app, { booking_id: c });

  const answer = await app.get('/check-in/bookings', { as: app.admin });
  assert.equal(answer.json['message'], 'Confirmed bookings fetched successfully');
  assert.equal(answer.json['status'], 'SUCCESS');
  assert.equal(answer.json['request_id'], answer.headers.get('x-request-id'));
  const [{ date, customer_username } = { date: '', customer_username: '' }] = await app.rows<{
    date: string;
    customer_username: string;
  }>(`select date, customer_username from booking where id = ${a}`);
  const row = {
    date: `${date}T00:00:00Z`,
    show_id: show,
    customer_id: null,
    customer_username,
    no_of_seats: 1,
    amount_paid: '200.00',
    status: 'Confirmed',
    payment_type: 'Card',
  };
  assert.deepEqual(answer.data, [
    { ...row, id: b, booking_time: '2030-01-01T18:30:00.000Z' },
    { ...row, id: a, booking_time: '2029-12-31T23:59:59.500Z' },
  ]);
});

test('what names hold that JSON escapes is listed as it is', async (t) => {
  const app = await startApp(t);
  const [booking = 0] = await book(app, await showAt(app, { inMinutes: 10 }), 1);
  const odd = 'a"b\\c\u00e9%s';
  await app.script(`
    insert into usertable (username, password, role) values ('${odd}', 'nobody''s', 'customer');
    insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
    values ('Odd', '${odd}', '9000000001', 'odd@example.com', 1, '');
    update booking set customer_username = '${odd}', show_id = null where id = ${booking}`);
  const [row] = await list(app);
  assert.deepEqual([row?.['customer_username'], row?.['show_id'], row?.['customer_id']], [odd, null, null]);
});

test('a walk-in is listed under the number of its customer', async (t) => {
  const app = await startApp(t);
  await app.post('/admin/create-customer-booking', {
    as: app.admin,
    body: {
      show_id: await app.show(),
      customer_name: 'walk in',
      phone_number: '9876543210',
      seat_numbers: ['A1'],
    },
  });
  const [row] = await list(app);
  assert.equal(row?.['customer_username'], null);
  assert.equal(typeof row?.['customer_id'], 'number');
});

test('the list is narrowed by show and date, and read page by page', async (t) => {
  const app = await startApp(t);
  const [today, later] = [await showAt(app, { inMinutes: 10 }), await app.show()];
  const here = (await book(app, today, 5)).toReversed();
  const there = (await book(app, later, 3)).toReversed();
  const [{ date } = { date: '' }] = await app.rows<{ date: string }>(
    `select date from show where id = ${later}`,
  );

  assert.deepEqual(idsOf(await list(app)), [...there, ...here]);
  assert.deepEqual(idsOf(await list(app, '?show_id=&date=&limit=&before=')), [...there, ...here]);
  assert.deepEqual(idsOf(await list(app, `?show_id=${today}`)), here);
  assert.deepEqual(idsOf(await list(app, `?date=${date}`)), there);
  assert.deepEqual(idsOf(await list(app, `?date=${date}&show_id=${today}`)), []);
  assert.deepEqual(idsOf(await list(app, '?show_id=-1')), []);
  assert.deepEqual(idsOf(await list(app, '?limit=2')), there.slice(0, 2));
  assert.deepEqual(idsOf(await list(app, `?limit=3&before=${there[1]}`)), [there[2], ...here.slice(0, 2)]);
  assert.deepEqual(idsOf(await list(app, `?before=${here[4]}`)), []);
  assert.deepEqual(idsOf(await list(app, `?before=99999999`)), []);
});

test('a filter that makes no sense is refused', async (t) => {
  const app = await startApp(t);
  for (const query of [
    'show_id=x',
    'show_id=1.5',
    `show_id=${'9'.repeat(30)}`,
    'date=2030-02-30',
    'date=today',
    'limit=0',
    'limit=-1',
    'limit=ten',
    'before=x',
  ]) {
    const answer = await app.get(`/check-in/bookings?${query}`, { as: app.staff });
    assert.deepEqual([answer.status, answer.code], [400, 'INVALID_PARAMS'], query);
  }
  assert.equal((await app.get('/check-in/bookings', { as: await app.customer() })).status, 403);
});

test('thousands of bookings are listed whole and in order, also those of one moment', async (t) => {
  const app = await startApp(t);
  const show = await showAt(app, { inMinutes: 10 });
  const ids = (await book(app, show, 4_100)).toReversed();
  assert.deepEqual(idsOf(await list(app)), ids);
  assert.deepEqual(idsOf(await list(app, '?limit=4000')), ids.slice(0, 4_000));
  assert.deepEqual(idsOf(await list(app, '?limit=2001')), ids.slice(0, 2_001));
});
