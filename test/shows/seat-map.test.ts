import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import type { Answer } from '../support/call.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/process.ts';

type Seat = { seat_number: string; occupied: boolean };
const occupied = ({ data }: Answer) =>
  Object.values((data as unknown as { seat_map: Record<string, Seat[]> }).seat_map)
    .flat()
    .filter((seat) => seat.occupied)
    .map((seat) => seat.seat_number);

test('a customer sees each answered write at once, in the seat map and in the day’s count of seats', async (t) => {
  const app = await startApp(t);
  const [asha, ravi] = await app.customers(2);
  assert.ok(asha && ravi);
  const showId = await app.show({ days: 1, cost: '208.97' });
  const map = `/shows/${showId}/seat-map`;
  const free = async () =>
    (
      await app.get(`/shows?date=${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}`, {
        as: ravi,
      })
    ).data[0]?.['availableseats'];
  for (let round = 0; round < 20; round++) {
    assert.deepEqual(occupied(await app.get(map, { as: ravi })), []);
    assert.equal(await free(), 100);
    const held = await app.hold(asha, showId, ['A1', 'J10']);
    assert.deepEqual(occupied(await app.get(map, { as: ravi })), ['A1', 'J10']);
    assert.equal(await free(), 98);
    await app.cancel(asha, held.data['booking_id']);
  }
});

test('an unchanged map is answered with 304, and a request id of its own in what is sent', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const showId = await app.show();
  const ask = (headers: Record<string, string> = {}) =>
    app.get(`/shows/${showId}/seat-map`, { as: asha, headers });
  const first = await ask({ 'x-request-id': 'first' });
  const second = await ask({ 'x-request-id': 'second' });
  assert.deepEqual([first.json['request_id'], second.json['request_id']], ['first', 'second']);
  assert.equal(first.headers.get('cache-control'), 'private, no-cache');
  const etag = first.headers.get('etag') ?? '';
  assert.match(etag, /^W\//);
  const same = await ask({ 'if-none-match': etag });
  assert.deepEqual([same.status, same.text], [304, '']);
  await app.hold(asha, showId, ['B1']);
  assert.equal((await ask({ 'if-none-match': etag })).status, 200);
});

test('one statement answers however many ask at once', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const showId = await app.show();
  await app.get('/customer/bookings', { as: asha });
  let statements = 0;
  const { pool } = app.needs;
  const run = pool.run.bind(pool);
  t.mock.method(pool, 'run', (statement: Parameters<typeof run>[0]) => {
    if (statement.text.includes('left join booking_seat_mapping taken')) statements += 1;
    return run(statement);
  });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => app.get(`/shows/${showId}/seat-map`, { as: asha })),
  );
  assert.ok(answers.every(({ status }) => status === 200));
  assert.ok(statements <= 3, `${statements} statements for 50 requests`);
});

test('another process sees a write within 250 ms, also when no notice reaches it', async (t) => {
  const app = await startApp(t);
  const other = await startProcess(t, { databaseUrl: app.databaseUrl });
  const asha = await app.customer();
  const map = `/shows/${await app.show()}/seat-map`;
  const showId = Number(map.split('/')[2]);
  for (const how of ['with notices', 'without']) {
    if (how === 'without') {
      await app.rows(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'skyfox notices'`);
    }
    for (const seat of how === 'without' ? ['A1', 'A2', 'A3'] : ['B1', 'B2', 'B3']) {
      await other.get(map, { as: asha });
      const held = await app.hold(asha, showId, [seat]);
      assert.equal(held.status, 201);
      const until = performance.now() + 250;
      let seen = false;
      while (!seen && performance.now() < until)
        seen = occupied(await other.get(map, { as: asha })).includes(seat);
      if (!seen) seen = occupied(await other.get(map, { as: asha })).includes(seat);
      assert.ok(seen, `${seat} ${how}`);
    }
  }
});

test('a hold that ends while a view of it is kept is over in every view at its end', async (t) => {
  const app = await startApp(t);
  await app.needs.monitor.stop();
  const [asha, ravi] = await app.customers(2);
  assert.ok(asha && ravi);
  const showId = await app.show({ days: 1 });
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const view = async () => {
    const [map, shows] = await Promise.all([
      app.get(`/shows/${showId}/seat-map`, { as: ravi }),
      app.get(`/shows?date=${day}`, { as: ravi }),
    ]);
    return [occupied(map), shows.data[0]?.['availableseats']];
  };
  for (const seat of ['A1', 'A2', 'A3']) {
    const booking = Number((await app.hold(asha, showId, [seat])).data['booking_id']);
    // Less than the time for which a view is kept where nothing in it ends.
    await app.age(booking, -0.12);
    await view();
    const isOver = `booking_id = ${booking} and held_until <= clock_timestamp()`;
    await eventually('the hold is over', async () => (await app.count('booking_seat_mapping', isOver)) === 1);
    assert.deepEqual(await view(), [[], 100]);
  }
});
