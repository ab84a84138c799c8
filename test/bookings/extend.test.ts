import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder, countDeadlocks } from '../support/books.ts';
import { tally, type Json } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { listen } from '../support/listen.ts';

const app = await startApp(wholeFile);
const idOf = ({ data }: { data: Json }) => Number(data['booking_id']);
const extend = (as: Person, id: number | string, headers: Record<string, string> = {}) =>
  app.post(`/customer/booking/${id}/extend`, { as, headers });
const leftMs = async (id: number) => {
  const [row] = await app.rows<{ ms: number }>(
    `select extract(epoch from expiration_time - clock_timestamp())::float8 * 1000 as ms
     from pending_booking_tracker where booking_id = ${id}`,
  );
  return row?.ms;
};

test('a hold is given another HOLD_SECONDS once, and its seats with it', async () => {
  const asha = await app.customer();
  const show = await app.show();
  const booking = idOf(await app.hold(asha, show, ['A1', 'A2']));
  const other = idOf(await app.hold(asha, show, ['B1']));
  await app.age(booking, -100);

  const answer = await extend(asha, booking);
  assert.deepEqual([answer.status, answer.json['message']], [200, 'Booking extended successfully']);
  const left = Number(answer.data['time_remaining_ms']);
  assert.ok(left > 397_000 && left <= 400_000, `${left} ms`);
  const [row] = await app.rows<{ ends: Date; same: boolean }>(
    `select expiration_time as ends, expiration_time = all (
       select held_until from booking_seat_mapping where booking_id = ${booking}) as same
     from pending_booking_tracker where booking_id = ${booking}`,
  );
  assert.deepEqual([row?.ends.toISOString(), row?.same], [answer.data['expiration_time'], true]);

  assert.ok(((await leftMs(other)) ?? 0) <= 300_000, 'no other hold is given any');
  const again = await extend(asha, booking);
  assert.deepEqual([again.status, again.code], [400, 'ALREADY_EXTENDED']);
  assert.equal((await app.pay(asha, booking)).status, 200);
  assert.equal((await extend(asha, booking)).code, 'INVALID_BOOKING_STATUS');
});

test('what cannot be extended is refused in the order of the interface', async () => {
  const [asha, ravi] = (await app.customers(2)) as [Person, Person];
  const show = await app.show({ days: 4 });
  const held = async (seat: string) => idOf(await app.hold(asha, show, [seat]));
  assert.equal((await extend(asha, 'abc')).code, 'INVALID_BOOKING_ID');
  assert.equal((await extend(asha, 99_999_999)).code, 'BOOKING_NOT_FOUND');
  assert.equal((await extend(ravi, await held('A1'))).code, 'UNAUTHORIZED_ACCESS');
  assert.equal((await extend(app.admin, 1)).code, 'FORBIDDEN');

  const paying = await held('A2');
  await app.script(`update pending_booking_tracker
    set paying_until = clock_timestamp() + interval '9 seconds' where booking_id = ${paying}`);
  const busy = await extend(asha, paying);
  assert.deepEqual([busy.status, busy.code], [409, 'PAYMENT_IN_PROGRESS']);

  const unresolved = await held('A3');
  await app.script(`insert into payment_transaction
      (booking_id, original_booking_id, customer_username, payment_method, amount, status)
    values (${unresolved}, ${unresolved}, '${asha.username}', 'Card', 200, 'Unknown')`);
  assert.equal((await extend(asha, unresolved)).code, 'PAYMENT_UNRESOLVED');

  const robbed = await held('A6');
  await app.script(`delete from booking_seat_mapping where booking_id = ${robbed}`);
  assert.equal((await extend(asha, robbed)).code, 'BOOKING_EXPIRED');

  const late = await held('A4');
  await app.script(`update show set date = current_date - 1 where id = ${show}`);
  assert.equal((await extend(asha, late)).code, 'SHOW_ALREADY_STARTED');
  await app.script(
    `update pending_booking_tracker set expiration_time = 'infinity' where booking_id = ${late}`,
  );
  assert.equal((await extend(asha, late)).code, 'ALREADY_EXTENDED');
});

test('a hold that is over is not extended, whether or not anything has cleaned it up', async (t) => {
  const still = await startApp(t);
  await still.needs.monitor.stop();
  const [asha, ravi] = (await still.customers(2)) as [Person, Person];
  const show = await still.show();
  const booking = idOf(await still.hold(asha, show, ['A1', 'A2']));
  await still.age(booking, 0);
  const used = idOf(await still.hold(asha, show, ['B1']));
  await still.post(`/customer/booking/${used}/extend`, { as: asha });
  await still.age(used);
  assert.equal((await still.post(`/customer/booking/${used}/extend`, { as: asha })).code, 'BOOKING_EXPIRED');
  const over = await still.post(`/customer/booking/${booking}/extend`, { as: asha });
  assert.deepEqual([over.status, over.code], [400, 'BOOKING_EXPIRED']);
  assert.equal((await still.hold(ravi, show, ['A2'])).status, 201);
  assert.equal(
    (await still.post(`/customer/booking/${booking}/extend`, { as: asha })).code,
    'BOOKING_EXPIRED',
  );
});

test('the monitor removes an extended hold at its new end and not before, and watchers see it go', async (t) => {
  const quick = await startApp(t, { env: { HOLD_SECONDS: '1' } });
  const asha = await quick.customer();
  const show = await quick.show();
  const stream = await listen<{ held: string[] }>(`${quick.base}/shows/${show}/seat-map/events`, {
    authorization: `Bearer ${asha.token}`,
  });
  t.after(() => stream.leave());
  const booking = idOf(await quick.hold(asha, show, ['A1']));
  const startedAt = performance.now();
  const extended = await quick.post(`/customer/booking/${booking}/extend`, { as: asha });
  assert.equal(extended.status, 200);
  await stream.until(({ held }) => held.length === 1);
  const endsAt = Date.parse(String(extended.data['expiration_time']));
  await stream.until(({ held }) => held.length === 0);
  const lateMs = Date.now() - endsAt;
  assert.ok(performance.now() - startedAt > 1_700, 'not at its first end');
  assert.ok(lateMs >= -5 && lateMs < 300, `${lateMs} ms after its end`);
});

test('each extended hold is removed within a moment of its end, not by the next sweep', async (t) => {
  const quick = await startApp(t, { env: { HOLD_SECONDS: '1' } });
  const asha = await quick.customer();
  const lateMs: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const booking = idOf(await quick.hold(asha, await quick.show(), ['A1']));
    await quick.age(booking, -0.3);
    const extended = await quick.post(`/customer/booking/${booking}/extend`, { as: asha });
    const endsAt = Date.parse(String(extended.data['expiration_time']));
    await eventually('its row is gone', async () => (await quick.count('booking', `id = ${booking}`)) === 0);
    lateMs.push(Date.now() - endsAt);
  }
  assert.ok(
    lateMs.every((ms) => ms < 350),
    `${lateMs.join()} ms after the end`,
  );
});

test('a key has one extension, and the first answer again', async () => {
  const asha = await app.customer();
  const booking = idOf(await app.hold(asha, await app.show(), ['A1']));
  const headers = { 'idempotency-key': 'more-time-1' };
  const [first, second] = [await extend(asha, booking, headers), await extend(asha, booking, headers)];
  assert.deepEqual([first.status, second.status], [200, 200]);
  assert.deepEqual(second.data, first.data);
  const other = idOf(await app.hold(asha, await app.show(), ['A1']));
  assert.equal((await extend(asha, other, headers)).code, 'IDEMPOTENCY_KEY_REUSED');
  assert.equal((await extend(asha, other, { 'idempotency-key': 'a b' })).code, 'INVALID_IDEMPOTENCY_KEY');
  assert.equal((await extend(asha, booking)).code, 'ALREADY_EXTENDED');
});

test('of twenty requests at once to extend one hold, one succeeds', async () => {
  const asha = await app.customer();
  for (let round = 0; round < 10; round += 1) {
    const booking = idOf(await app.hold(asha, await app.show(), ['A1', 'A2']));
    const answers = await Promise.all(Array.from({ length: 20 }, () => extend(asha, booking)));
    assert.deepEqual(tally(answers.map(({ code }) => code)), { 200: 1, ALREADY_EXTENDED: 19 });
    const left = (await leftMs(booking)) ?? 0;
    assert.ok(left > 590_000 && left <= 600_000, `${left} ms are left`);
  }
});

test('against its end, rivals, a payment and a cancel: an extension has an effect or is refused, and no seat is lost', async (t) => {
  const racing = await startApp(t);
  const more = (as: Person, id: number) => racing.post(`/customer/booking/${id}/extend`, { as });
  const [asha, ...rivals] = (await racing.customers(6)) as [Person, ...Person[]];
  const outcomes: string[] = [];
  const note = (what: string, codes: string[]) => outcomes.push(`${what} ${codes.join()}`);
  for (let round = 0; round < 24; round += 1) {
    const show = await racing.show();
    const [ending, paid, cancelled] = [
      idOf(await racing.hold(asha, show, ['A1', 'A2'])),
      idOf(await racing.hold(asha, show, ['B1'])),
      idOf(await racing.hold(asha, show, ['C1'])),
    ];
    // Ends in the middle of what follows.
    await racing.age(ending, -0.01 - 0.01 * (round % 6));
    const looking = setInterval(() => racing.needs.monitor.look(), 2);
    const [extended, won, pay, extendedPaid, cancel, extendedCancelled] = await Promise.all([
      more(asha, ending),
      Promise.all(rivals.map((rival) => racing.hold(rival, show, ['A2', 'A3']))),
      racing.pay(asha, paid),
      more(asha, paid),
      racing.cancel(asha, cancelled),
      more(asha, cancelled),
    ]);
    clearInterval(looking);
    note('end', [extended.code, String(won.filter(({ status }) => status === 201).length)]);
    note('pay', [pay.code, extendedPaid.code]);
    note('cancel', [cancel.code, extendedCancelled.code]);
  }
  await assertHouseInOrder(racing);
  await assertMoneyInOrder(racing, racing.bank.charges());
  const allowed = new Set([
    'end 200,0',
    'end BOOKING_EXPIRED,1',
    'end BOOKING_NOT_FOUND,1',
    'end BOOKING_EXPIRED,0',
    'end BOOKING_NOT_FOUND,0',
    'pay 200,200',
    'pay 200,PAYMENT_IN_PROGRESS',
    'pay 200,INVALID_BOOKING_STATUS',
    'cancel 200,200',
    'cancel 200,BOOKING_NOT_FOUND',
  ]);
  t.diagnostic(JSON.stringify(tally(outcomes)));
  assert.deepEqual(
    outcomes.filter((outcome) => !allowed.has(outcome)),
    [],
  );
  await racing.stop();
  assert.equal(await countDeadlocks(racing.databaseUrl), 0);
});
