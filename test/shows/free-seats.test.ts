import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFreeSeats } from '../../src/shows/free-seats.ts';
import { startApp } from '../support/app.ts';
import { collectFaults } from '../support/faults.ts';
import { listen } from '../support/listen.ts';
import { startProcess } from '../support/process.ts';

type Free = { free: Record<string, number> };
const SOON_MS = 500;

test('a stranger is told how many seats are free in each show of the week, and each change within half a second', async (t) => {
  const app = await startApp(t);
  const [asha] = await app.customers(1);
  assert.ok(asha);
  const [soon, late, beyond] = [
    await app.show({ days: 0, slotId: 4 }),
    await app.show({ days: 6 }),
    await app.show({ days: 7 }),
  ];
  const stream = await listen<Free>(`${app.base}/programme/events`);
  t.after(() => stream.leave());
  assert.match(stream.response.headers.get('content-type') ?? '', /^text\/event-stream/);
  await stream.until(() => true);
  assert.deepEqual(stream.events[0], { free: { [soon]: 100, [late]: 100 } });

  const walkIn = {
    show_id: beyond,
    customer_name: 'Walk In',
    phone_number: '1234567890',
    seat_numbers: ['A1'],
  };
  await app.post('/admin/create-customer-booking', { as: app.admin, body: walkIn });
  const held = await app.hold(asha, late, ['A1', 'A2']);
  const ms = await stream.until(({ free }) => free[late] === 98);
  assert.ok(ms <= SOON_MS, `${ms} ms after a hold`);
  await app.needs.monitor.stop();
  await app.age(held.data['booking_id']);
  const byHandMs = await stream.until(({ free }) => free[late] === 100);
  assert.ok(byHandMs <= SOON_MS, `${byHandMs} ms after what nobody told of`);
  assert.equal(stream.events.length, 3);
});

test('a change of another process reaches listeners too', async (t) => {
  const app = await startApp(t);
  const other = await startProcess(t, { databaseUrl: app.databaseUrl });
  const asha = await app.customer();
  const showId = await app.show({ days: 1 });
  const stream = await listen<Free>(`${other.base}/programme/events`);
  t.after(() => stream.leave());
  await stream.until(({ free }) => free[showId] === 100);
  await app.hold(asha, showId, ['C3']);
  assert.ok((await stream.until(({ free }) => free[showId] === 99)) <= SOON_MS);
});

test('a storm of changes is told in a few events, of which the last is true', async (t) => {
  const app = await startApp(t);
  const people = await app.customers(10);
  const showId = await app.show({ days: 1 });
  const stream = await listen<Free>(`${app.base}/programme/events`);
  t.after(() => stream.leave());
  await stream.until(() => true);
  const startedAt = performance.now();
  for (const row of 'ABCDEFGHIJ') {
    await Promise.all(people.map((person, i) => app.hold(person, showId, [`${row}${i + 1}`])));
  }
  await stream.until(({ free }) => free[showId] === 0);
  const most = Math.ceil((performance.now() - startedAt) / 200) + 1;
  assert.ok(stream.events.length - 1 <= most, `${stream.events.length} events, ${most} at most`);
});

test('a thousand listeners hear a change, and the next one is asked to come later', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const showId = await app.show({ days: 1 });
  const url = `${app.base}/programme/events`;
  const streams = await Promise.all(Array.from({ length: 1_000 }, () => listen<Free>(url)));
  t.after(() => streams.forEach((stream) => stream.leave()));
  await Promise.all(streams.map((stream) => stream.until(() => true, 20_000)));

  const refused = await app.get('/programme/events');
  assert.deepEqual([refused.status, refused.code], [503, 'SERVICE_UNAVAILABLE']);
  assert.ok(refused.headers.get('retry-after'));
  assert.equal((await app.call('HEAD', '/programme/events')).status, 200, 'HEAD opens no stream');

  await app.hold(asha, showId, ['A1']);
  const times = await Promise.all(streams.map((stream) => stream.until(({ free }) => free[showId] === 99)));
  t.diagnostic(`the last of 1,000 listeners, read in the same process, knew after ${Math.max(...times)} ms`);
  streams[0]?.leave();
  await streams[0]?.ended();
  for (let tries = 0; ; tries += 1) {
    const again = await listen<Free>(url);
    again.leave();
    if (again.response.status === 200) break;
    assert.ok(tries < 100, 'the place of a listener that has left is given to another');
    await sleep(20);
  }
});

/** Streams over a count that the test changes. */
function openSeats(mostListeners = 1_000) {
  let free = 100;
  let asked = 0;
  let tell = () => {};
  const seats = createFreeSeats({
    read: async () => {
      asked += 1;
      return { 7: free };
    },
    seats: { onChange: (listener) => ((tell = () => listener({ showId: 7, date: '' })), () => undefined) },
    faults: collectFaults().faults,
    mostListeners,
  });
  return {
    ...seats,
    asked: () => asked,
    change(to: number) {
      free = to;
      tell();
    },
  };
}

test('nothing is read while nobody listens, and a first listener is never told what was true long ago', async () => {
  const seats = openSeats();
  seats.change(90);
  await sleep(450);
  assert.equal(seats.asked(), 0);
  const first = await seats.open();
  assert.match(String(first.read()), /"7":90/);
  first.destroy();
  await sleep(450);
  const asked = seats.asked();
  await sleep(450);
  assert.equal(seats.asked(), asked, 'nobody listens any more');
  seats.change(80);
  const later = await seats.open();
  assert.match(String(later.read()), /"7":80/);
  later.destroy();
  seats.close();
});

test('a listener that reads nothing is dropped before it costs more than some kilobytes', async (t) => {
  const seats = openSeats();
  t.after(() => seats.close());
  const [slow, quick] = [await seats.open(), await seats.open()];
  let heard = 0;
  quick.on('data', () => (heard += 1));
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let most = 0;
  for (let change = 0; !slow.destroyed && change < 2_000; change += 1) {
    seats.change(change);
    t.mock.timers.tick(400);
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, slow.readableLength);
  }
  assert.ok(slow.destroyed && most < 17 * 1024, `${most} bytes`);
  assert.ok(!quick.destroyed && heard > 100);
});

test('a program that stops ends the streams', async (t) => {
  const app = await startApp(t);
  const stream = await listen<Free>(`${app.base}/programme/events`);
  await stream.until(() => true);
  await app.stop();
  await stream.ended();
});

test('where the database is away a new listener is refused, and takes nobody’s place', async () => {
  let isAway = true;
  const seats = createFreeSeats({
    read: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve({ 7: 1 })),
    seats: { onChange: () => () => undefined },
    faults: collectFaults().faults,
    mostListeners: 1,
  });
  await assert.rejects(seats.open(), /away/);
  isAway = false;
  await new Promise((resolve) => setImmediate(resolve));
  const stream = await seats.open();
  assert.ok(stream instanceof Readable);
  stream.destroy();
  seats.close();
});
