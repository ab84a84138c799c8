import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { createTokens } from '../../src/auth/auth.ts';
import { JWT_SECRET, startApp, type Person, type TestApp } from '../support/app.ts';
import { startProcess } from '../support/process.ts';

type Seats = { id: string; occupied: string[] };

/** A stream of seat-map events, read as a front end does. */
async function watch(base: string, person: Person, showId: number | string) {
  const away = new AbortController();
  const response = await fetch(`${base}/shows/${showId}/seat-map/events`, {
    headers: { authorization: `Bearer ${person.token}` },
    signal: away.signal,
  });
  const events: Seats[] = [];
  let wake = () => {};
  let ended = false;
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id = ''] = /^id: (.*)$/m.exec(block) ?? [];
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        if (data !== undefined) events.push({ id, ...(JSON.parse(data) as { occupied: string[] }) });
      }
      wake();
    }
  })()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
      wake();
    });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    events,
    /** Resolves when the newest event shows these seats, or fails. */
    async shows(occupied: string[], withinMs = 2_000) {
      const until = performance.now() + withinMs;
      while (JSON.stringify(events.at(-1)?.occupied) !== JSON.stringify(occupied)) {
        assert.ok(!ended, 'the stream ended');
        assert.ok(
          performance.now() < until,
          `wanted ${occupied.join()}, have ${JSON.stringify(events.at(-1))}`,
        );
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), sleep(50)]);
      }
    },
    ended: () => reading,
    leave: () => away.abort(),
  };
}

const watchers = (app: TestApp) => app.needs.watching.watchers();

test('a watcher is told all that is taken, then every change: hold, cancel, walk-in, expiry', async (t) => {
  const app = await startApp(t);
  const [asha, ravi] = await app.customers(2);
  assert.ok(asha && ravi);
  const showId = await app.show();
  await app.hold(asha, showId, ['A1']);
  const stream = await watch(app.base, ravi, showId);
  t.after(() => stream.leave());
  assert.match(stream.type ?? '', /^text\/event-stream/);
  await stream.shows(['A1']);

  const held = await app.hold(asha, showId, ['A2']);
  await stream.shows(['A1', 'A2']);
  await app.cancel(asha, held.data['booking_id']);
  await stream.shows(['A1']);
  const walkIn = {
    show_id: showId,
    customer_name: 'Walk In',
    phone_number: '1234567890',
    seat_numbers: ['B10'],
  };
  await app.post('/admin/create-customer-booking', { as: app.admin, body: walkIn });
  await stream.shows(['A1', 'B10']);
  await app.rows(
    `update pending_booking_tracker set expiration_time = clock_timestamp() - interval '1 second'`,
  );
  await stream.shows(['B10']);
  const ids = stream.events.map(({ id }) => Number(id));
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  );
});

test('a change of another process reaches watchers too', async (t) => {
  const app = await startApp(t);
  const other = await startProcess(t, { databaseUrl: app.databaseUrl });
  const asha = await app.customer();
  const showId = await app.show();
  const stream = await watch(other.base, asha, showId);
  t.after(() => stream.leave());
  await stream.shows([]);
  await app.hold(asha, showId, ['C3']);
  await stream.shows(['C3']);
});

test('a stream whose client reads nothing is dropped, and nothing waits for it', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const showId = await app.show();
  for (const row of 'ABCDEFGHI') {
    const all = Array.from({ length: 10 }, (_, place) => `${row}${place + 1}`);
    assert.equal((await app.hold(asha, showId, all)).status, 201);
  }
  const stream = await watch(app.base, asha, showId);
  t.after(() => stream.leave());
  const slow = await app.needs.watching.open(showId, { endsInMs: 60_000, isLive: async () => true });
  assert.equal(watchers(app), 2);
  let changes = 0;
  for (; !slow.destroyed && changes < 500; changes += 2) {
    const held = await app.hold(asha, showId, ['J1']);
    await app.cancel(asha, held.data['booking_id']);
  }
  assert.ok(slow.destroyed, `after ${changes} changes`);
  assert.equal(watchers(app), 1);
  assert.ok(stream.events.length > 50, 'the other was told all along');
});

test('a user has at most five streams, and may open another after closing one', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const showId = await app.show();
  const streams = await Promise.all(Array.from({ length: 5 }, () => watch(app.base, asha, showId)));
  const sixth = await app.get(`/shows/${showId}/seat-map/events`, { as: asha });
  assert.deepEqual([sixth.status, sixth.code], [429, 'RATE_LIMITED']);
  assert.ok(sixth.headers.get('retry-after'));
  streams[0]?.leave();
  await eventually('four are left', () => watchers(app) === 4);
  const again = await watch(app.base, asha, showId);
  assert.equal(again.status, 200);
  for (const stream of [...streams, again]) stream.leave();
  await eventually('nobody is left', () => watchers(app) === 0);
});

test('a stream ends with its token, and refuses a show that nobody knows', async (t) => {
  const app = await startApp(t);
  const { username } = await app.customer();
  assert.equal((await app.get('/shows/99999999/seat-map/events', { as: app.admin })).code, 'SHOW_NOT_FOUND');
  assert.equal((await app.get('/shows/abc/seat-map/events', { as: app.admin })).code, 'INVALID_SHOW_ID');
  assert.equal((await app.get('/shows/1/seat-map/events')).code, 'MISSING_AUTH_HEADER');
  const showId = await app.show();
  const realNow = Date.now;
  const token = createTokens(JWT_SECRET);
  t.mock.method(Date, 'now', () => realNow() - (24 * 60 * 60 - 2) * 1_000);
  const shortLived = token.issue({ username, role: 'customer', version: 0 });
  t.mock.restoreAll();
  const stream = await watch(app.base, { username, token: shortLived }, showId);
  assert.equal(stream.status, 200, 'it was good when the stream began');
  await stream.ended();
  assert.equal(watchers(app), 0);
});

test('a thousand watchers are told of a change, and closed streams leave nothing behind', async (t) => {
  const app = await startApp(t);
  const people = await app.customers(200);
  const [buyer] = people;
  assert.ok(buyer);
  const showId = await app.show();
  const streams = await Promise.all(
    people.flatMap((person) => Array.from({ length: 5 }, () => watch(app.base, person, showId))),
  );
  assert.equal(watchers(app), 1_000);
  await Promise.all(streams.map((stream) => stream.shows([], 20_000)));
  const startedAt = performance.now();
  await app.hold(buyer, showId, ['D4']);
  await Promise.all(streams.map((stream) => stream.shows(['D4'], 10_000)));
  t.diagnostic(
    `the last of 1,000 watchers, read in the same process, knew after ${Math.round(performance.now() - startedAt)} ms`,
  );
  for (const stream of streams) stream.leave();
  await eventually('nobody is left', () => watchers(app) === 0);
});

test('a watcher whose sessions have ended is told nothing more', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const stream = await watch(app.base, asha, await app.show());
  t.after(() => stream.leave());
  await stream.shows([]);
  await app.script(`update usertable set session_version = 7 where username = '${asha.username}'`);
  await eventually('nobody is told', () => watchers(app) === 0, 4_000);
  await stream.ended();
});
