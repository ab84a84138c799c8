import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../src/payments/simulator.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder } from '../support/books.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/process.ts';

const SEATS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'].flatMap((row) =>
  Array.from({ length: 10 }, (_, i) => `${row}${i + 1}`),
);

test('holds outlive the process that took them and end on time without it, none early, and no paid booking ends', async (t) => {
  const app = await startApp(t);
  // The app is here for its database and its bank alone.
  await app.needs.monitor.stop();
  const env = { PAYMENT_GATEWAY_URL: app.bank.url };
  const [taker, other] = await Promise.all([
    startProcess(t, { ...app, env }),
    startProcess(t, { ...app, env }),
  ]);
  const people = await app.customers(10);
  const shows = await Promise.all([1, 2, 3, 4, 5].map(() => app.show()));
  const holds = shows.flatMap((show) =>
    SEATS.map((seat, i) => [people[i % 10] as Person, show, [seat]] as const),
  );
  const bookings: number[] = [];
  for (let i = 0; i < holds.length; i += 50) {
    const answers = await Promise.all(holds.slice(i, i + 50).map((hold) => taker.hold(...hold)));
    bookings.push(...answers.map(({ data }) => Number(data['booking_id'])));
  }
  assert.equal((await taker.pay(people[0] as Person, bookings[0] ?? 0)).code, '200');
  await app.script(`create table gone (id bigint, late_ms float8);
    create function note() returns trigger language plpgsql as $$ begin
      insert into gone select old.id, extract(epoch from clock_timestamp() - expiration_time) * 1000
      from pending_booking_tracker where booking_id = old.id;
      return old; end $$;
    create trigger note before delete on booking for each row execute function note()`);

  await taker.kill('SIGKILL');
  await endWithinASecond(bookings.slice(0, 250));
  await eventually('a second process ends them', async () => (await app.count('gone')) === 249, 8_000);
  await other.kill('SIGKILL');
  await endWithinASecond(bookings.slice(250, 400));
  await startProcess(t, { ...app, env });
  await eventually('a restarted one ends them', async () => (await app.count('gone')) === 399, 8_000);

  const [gone] = await app.rows<{ soonest: number; latest: number }>(
    'select min(late_ms) as soonest, max(late_ms) as latest from gone',
  );
  assert.ok(gone && gone.soonest >= 0, 'none ended early');
  assert.equal(await app.count('booking', `status = 'Pending'`), 100, 'those that are not over are there');
  assert.equal(await app.count('booking', `status = 'Confirmed'`), 1);
  assert.equal(await app.count('booking_seat_mapping'), 101);
  await assertHouseInOrder(app);
  await assertMoneyInOrder(app, app.bank.charges());

  async function endWithinASecond(some: number[]) {
    await app.rows(`update pending_booking_tracker
      set expiration_time = clock_timestamp() + random() * interval '1 s'
      where booking_id in (${some.join()})`);
  }
});

test('SIGTERM lets a charge end whose customer has gone, and writes it down', async (t) => {
  const app = await startApp(t);
  await app.needs.monitor.stop();
  const bank = await startSimulator({ apiKey: 'simulator', delayMs: 800 });
  t.after(() => bank.close());
  const child = await startProcess(t, { ...app, env: { PAYMENT_GATEWAY_URL: bank.url } });
  const person = await app.customer();
  const booking = Number((await child.hold(person, await app.show(), ['A1'])).data['booking_id']);
  const hangUp = new AbortController();
  const paying = fetch(`${child.base}/customer/booking/payment`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}` },
    body: JSON.stringify({ booking_id: booking, payment_method: 'Card', ...CARD }),
    signal: hangUp.signal,
  });
  await eventually('the charge has begun', async () => (await app.count('payment_transaction')) === 1);
  hangUp.abort();
  await assert.rejects(paying);

  assert.equal(await child.kill('SIGTERM'), 0, child.output());
  assert.equal(await app.count('booking', `id = ${booking} and status = 'Confirmed'`), 1);
  await assertMoneyInOrder(app, bank.charges());
});
