import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '../../src/platform/database/db.ts';
import { startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { tally } from '../support/call.ts';

const eleven = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9', 'A10', 'B1'];
const NOWHERE = 999_999;

test('a hold is answered with what was asked, its price and its end, and is written whole', async (t) => {
  const app = await startApp(t, { env: { HOLD_SECONDS: '120' } });
  const person = await app.customer();
  const show = await app.show({ cost: '208.97' });

  const answer = await app.hold(person, show, ['F10', 'A1', 'F9']);

  assert.equal(answer.status, 201);
  assert.equal(answer.json['message'], 'Booking initialized successfully');
  const { booking_id, expiration_time, ...data } = answer.data as object as Record<string, unknown>;
  assert.deepEqual(data, {
    show_id: show,
    seat_numbers: ['F10', 'A1', 'F9'],
    amount_due: 926.91,
    time_remaining_ms: 120_000,
  });
  const [row] = await app.rows(`
    select booking.id, date::text, show_id, customer_username, no_of_seats, amount_paid, status, payment_type,
      expiration_time, paying_until, extract(epoch from expiration_time - booking_time)::float8 as seconds
    from booking join pending_booking_tracker on booking_id = booking.id`);
  const { seconds, date, ...booking } = row as { seconds: number; date: string };
  assert.deepEqual(booking, {
    id: booking_id,
    show_id: show,
    customer_username: person.username,
    no_of_seats: 3,
    amount_paid: '926.91',
    status: 'Pending',
    payment_type: 'Card',
    expiration_time: new Date(String(expiration_time)),
    paying_until: null,
  });
  assert.match(date, /^\d{4}-\d\d-\d\d$/);
  assert.ok(Math.abs(seconds - 120) < 1);
  await assertHouseInOrder(app);
});

test('a hold is refused for the first of its faults, in the order of the contract, and leaves no row', async (t) => {
  const app = await startApp(t);
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const begun = await app.show({ days: -1 });
  await app.hold(rival, show, ['A1']);

  const cases: [wish: object, status: number, code: string, message: string][] = [
    [{}, 400, 'VALIDATION_ERROR', 'Validation failed'],
    [
      { show_id: NOWHERE, seat_numbers: eleven },
      400,
      'TOO_MANY_SEATS',
      'Maximum 10 seats can be booked per booking',
    ],
    [
      { show_id: NOWHERE, seat_numbers: [...eleven.slice(2), 'A3', 'A3'] },
      400,
      'TOO_MANY_SEATS',
      'Maximum 10 seats can be booked per booking',
    ],
    [
      { show_id: NOWHERE, seat_numbers: ['A3', 'A3'] },
      400,
      'DUPLICATE_SEATS',
      'Seat A3 is named more than once',
    ],
    [{ show_id: NOWHERE, seat_numbers: ['Z9'] }, 404, 'SHOW_NOT_FOUND', `Show not found for id: ${NOWHERE}`],
    [{ show_id: -4, seat_numbers: ['A1'] }, 404, 'SHOW_NOT_FOUND', 'Show not found for id: -4'],
    [
      { show_id: begun, seat_numbers: ['Z9'] },
      400,
      'SHOW_ALREADY_STARTED',
      'Cannot book tickets for a show that has already started',
    ],
    [
      { show_id: show, seat_numbers: ['Z9', 'A1'] },
      400,
      'SEATS_UNAVAILABLE',
      'One or more selected seats are not available',
    ],
    [
      { show_id: show, seat_numbers: ['A2', 'Z9', 'Y9'] },
      400,
      'INVALID_SEAT',
      'Seat Z9 not found in seat map',
    ],
    [{ show_id: show, seat_numbers: ['a2'] }, 400, 'INVALID_SEAT', 'Seat a2 not found in seat map'],
  ];
  for (const [body, status, code, message] of cases) {
    const { json, ...answer } = await app.post('/customer/booking/initialize', { as: person, body });
    assert.deepEqual(
      [answer.status, json['code'], json['message']],
      [status, code, message],
      JSON.stringify(body),
    );
  }
  assert.equal(await app.count('booking'), 1);
  assert.equal(await app.count('booking_seat_mapping'), 1);
  await assertHouseInOrder(app);
});

test('a hold names its faulty fields in the order of the contract', async (t) => {
  const app = await startApp(t);
  const as = await app.customer();
  const faultsOf = async (body: object) =>
    (await app.post('/customer/booking/initialize', { as, body })).json['errors'];
  const required = 'This field is required';

  assert.deepEqual(await faultsOf({ show_id: 0 }), [
    { field: 'ShowID', message: required, path: 'show_id' },
    { field: 'SeatNumbers', message: required, path: 'seat_numbers' },
  ]);
  assert.deepEqual(await faultsOf({ show_id: 1, seat_numbers: [] }), [
    { field: 'SeatNumbers', message: 'Must be at least 1 characters', path: 'seat_numbers' },
  ]);
  assert.deepEqual(await faultsOf({ show_id: 1, seat_numbers: ['A1', 'A', 'A100', 'A\0'] }), [
    { field: 'SeatNumbers[1]', message: 'Must be at least 2 characters', path: 'seat_numbers[1]' },
    { field: 'SeatNumbers[2]', message: 'Must be at most 3 characters', path: 'seat_numbers[2]' },
    { field: 'SeatNumbers[3]', message: 'Invalid value', path: 'seat_numbers[3]' },
  ]);
});

test('only customers hold seats', async (t) => {
  const app = await startApp(t);
  const show = await app.show();
  for (const [as, status, code] of [
    [app.admin, 403, 'FORBIDDEN'],
    [app.staff, 403, 'FORBIDDEN'],
    [undefined, 401, 'MISSING_AUTH_HEADER'],
    [{ token: 'x' }, 401, 'INVALID_TOKEN'],
  ] as const) {
    const ask = { body: { show_id: show, seat_numbers: ['A1'] }, ...(as && { as }) };
    const answer = await app.post('/customer/booking/initialize', ask);
    assert.deepEqual([answer.status, answer.code], [status, code]);
  }
  assert.equal(await app.count('booking'), 0);
});

test('with a limit, a customer holds so many seats of a show unpaid and no more', async (t) => {
  const app = await startApp(t, { env: { MAX_SEATS_HELD: '4' } });
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const codeOf = async (who: Person, where: number, seats: string[]) =>
    (await app.hold(who, where, seats)).code;

  const first = await app.hold(person, show, ['A1', 'A2']);
  assert.equal(await codeOf(person, show, ['A3', 'A4', 'A5']), 'HOLD_LIMIT_REACHED');
  assert.equal(
    await codeOf(rival, show, ['A2', 'B1', 'B2', 'B3', 'B4']),
    'SEATS_UNAVAILABLE',
    'the limit comes last',
  );
  assert.equal(await codeOf(rival, show, ['Z9']), 'INVALID_SEAT');
  assert.equal(await codeOf(person, NOWHERE, ['A1']), 'SHOW_NOT_FOUND');
  assert.equal(await codeOf(person, show, ['A3', 'A4']), '201');
  assert.equal(
    await codeOf(person, await app.show(), ['A1', 'A2', 'A3', 'A4']),
    '201',
    'another show counts anew',
  );
  await app.pay(person, Number(first.data['booking_id']));
  assert.equal(await codeOf(person, show, ['C1', 'C2']), '201', 'what is paid does not count');
  await app.age(Number(first.data['booking_id']));
  assert.equal(await app.count('booking'), 4);
  await assertHouseInOrder(app);
});

test('the limit holds against a customer who fires from many devices at once', async (t) => {
  const app = await startApp(t, { env: { MAX_SEATS_HELD: '5' } });
  const person = await app.customer();
  const show = await app.show();
  const wishes = Array.from({ length: 30 }, (_, i) => [`${'ABCDEFGHIJ'[i % 10]}${1 + Math.floor(i / 10)}`]);

  const answers = await Promise.all(wishes.map((seats) => app.hold(person, show, seats)));

  assert.deepEqual(tally(answers.map(({ code }) => code)), { 201: 5, HOLD_LIMIT_REACHED: 25 });
  assert.equal(await app.count('booking_seat_mapping'), 5);
  await assertHouseInOrder(app);
});

test('a refusal under an Idempotency-Key is the same refusal', async (t) => {
  const app = await startApp(t);
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  await app.hold(rival, show, ['A1']);
  for (const [path, as, more] of [
    ['/customer/booking/initialize', person, {}],
    ['/admin/create-customer-booking', app.admin, { customer_name: 'Asha Rao', phone_number: '9876543210' }],
  ] as const) {
    for (const [seat, code] of [
      ['A1', 'SEATS_UNAVAILABLE'],
      ['Z9', 'INVALID_SEAT'],
    ] as const) {
      const ask = {
        as,
        body: { show_id: show, seat_numbers: [seat], ...more },
        headers: { 'idempotency-key': seat },
      };
      const answers = [await app.post(path, ask), await app.post(path, ask)];
      assert.deepEqual(
        answers.map((answer) => answer.code),
        [code, code],
      );
    }
  }
});

test('a hold that lost its seat is refused as unavailable, even if the seat is free again by then', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  const show = await app.show();
  await app.pool.run(sql`
    create function refuse_at_first() returns trigger language plpgsql as $$
    begin raise exception 'a rival has it' using errcode = 'SF001'; end $$`);
  await app.pool.run(sql`
    create trigger refuse_at_first before insert on booking_seat_mapping
    for each row execute function refuse_at_first()`);
  const walkIn = {
    show_id: show,
    seat_numbers: ['A1'],
    customer_name: 'Asha Rao',
    phone_number: '9876543210',
  };

  const answers = [
    await app.hold(person, show, ['A1']),
    await app.post('/admin/create-customer-booking', { as: app.admin, body: walkIn }),
    await app.post('/admin/create-customer-booking', {
      as: app.admin,
      body: walkIn,
      headers: { 'idempotency-key': '1' },
    }),
  ];

  assert.deepEqual(tally(answers.map(({ code }) => code)), { SEATS_UNAVAILABLE: 3 });
});
