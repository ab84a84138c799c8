import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { CheckedIn } from '../../web/api/door-routes.ts';
import { readRefusal, type Result } from '../../web/api/failures.ts';
import { createKeep, type KeptScan } from '../../web/door/scans/kept-scans.ts';
import { createOutbox, SLOW_MS } from '../../web/door/scans/outbox.ts';
import { eventually } from '../support/eventually.ts';

type Answer = Result<CheckedIn>;
const LOST: Answer = { failure: { kind: 'lost' } };
const LOGGED_OUT: Answer = { failure: { kind: 'logged out' } };
const refused = (status: number, code = 'X', headers = {}): Answer => ({
  failure: readRefusal(status, new Headers(headers), { code, message: 'x' }),
});
const letIn = (id: number): Answer => ({
  data: {
    checked_in: [id],
    already_done: [],
    invalid: [],
    details: [{ booking_id: id, outcome: 'checked_in' }],
  },
});

/** As the browser's, without a browser. */
function createStore(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    key: (at) => [...items.keys()][at] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, text) => void items.set(name, text),
    removeItem: (name) => void items.delete(name),
  };
}

function openOutbox(t: TestContext, answers: Answer[], { store = createStore(), username = 'staff-1' } = {}) {
  const sent: KeptScan[] = [];
  const waits: number[] = [];
  const outbox = createOutbox({
    keep: createKeep(store),
    send: (scan) => {
      sent.push(scan);
      return Promise.resolve(answers.shift() ?? LOST);
    },
    now: () => 1_000 + sent.length,
    username: () => username,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        waits.push(ms);
        // A test says when the wait is over.
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  });
  t.after(() => outbox.close());
  const states = () => outbox.scans.value.map(({ state }) => state);
  const become = (...expected: string[]) =>
    eventually(expected.join(', '), () => Promise.resolve(states().join() === expected.join()));
  return { outbox, sent, waits, store, states, become };
}

test('a scan is kept before it is sent, and no longer once it is answered', async (t) => {
  const { outbox, store, become } = openOutbox(t, [letIn(7)]);
  outbox.add({ ticket: 'T' });
  assert.equal(store.length, 1);
  await become('answered');
  assert.equal(store.length, 0);
  assert.equal(outbox.scans.value[0]?.details[0]?.booking_id, 7);
});

test('a scan without an answer waits, is sent again under its key, and is not lost by a reload', async (t) => {
  const first = openOutbox(t, [LOST]);
  first.outbox.add({ ticket: 'T' });
  await first.become('waiting');
  first.outbox.close();
  const second = openOutbox(t, [LOST, letIn(7)], { store: first.store, username: 'staff-2' });
  assert.deepEqual(second.states(), ['waiting']);
  await eventually('sent once', () => Promise.resolve(second.waits.length === 1));
  second.outbox.wake();
  await second.become('answered');
  const keys = [...first.sent, ...second.sent].map(({ key, sentBy }) => `${key} ${sentBy}`);
  assert.deepEqual([keys.length, new Set(keys).size], [3, 1]);
});

test('refusals that pass are waited out, and the server says for how long', async (t) => {
  for (const answer of [
    LOST,
    LOGGED_OUT,
    refused(401),
    refused(403, 'FORBIDDEN'),
    refused(409, 'REQUEST_IN_PROGRESS'),
    refused(429, 'RATE_LIMITED', { 'retry-after': '40' }),
    refused(500),
    refused(503, 'SERVICE_UNAVAILABLE'),
    // A proxy's, or the login page's of a network.
    refused(400, ''),
    refused(404, ''),
  ]) {
    const { outbox, waits, store, become } = openOutbox(t, [answer, letIn(7)]);
    outbox.add({ ticket: 'T' });
    await become('waiting');
    assert.equal(store.length, 1);
    await eventually('it waits', () => Promise.resolve(waits.length === 1));
    const isToldHowLong = answer.failure?.kind === 'refused' && answer.failure.status === 429;
    assert.ok(isToldHowLong ? waits[0] === 40_000 : (waits[0] ?? 0) >= 1_000, String(waits[0]));
    outbox.wake();
    await become('answered');
  }
});

test('what the server will never take is not sent again', async (t) => {
  for (const answer of [
    refused(400, 'INVALID_INPUT'),
    refused(413),
    refused(422, 'IDEMPOTENCY_KEY_REUSED'),
  ]) {
    const { outbox, store, sent, become } = openOutbox(t, [answer]);
    outbox.add({ ticket: 'T' });
    await become('refused');
    assert.deepEqual([store.length, sent.length], [0, 1]);
  }
});

test('a ticket that waits is not sent a second time; one that is answered is a new scan', async (t) => {
  const { outbox, sent, become } = openOutbox(t, [LOST, letIn(7), letIn(7)]);
  const scan = outbox.add({ ticket: 'T' });
  await become('waiting');
  assert.equal(outbox.add({ ticket: 'T' }).key, scan.key);
  outbox.wake();
  await become('answered');
  assert.notEqual(outbox.add({ ticket: 'T' }).key, scan.key);
  await become('answered', 'answered');
  assert.equal(sent.length, 3);
});

test('scans that wait go out one at a time, the oldest first, after one answer without a pause', async (t) => {
  const { outbox, sent, waits, become } = openOutbox(t, [LOST, LOST, LOST, letIn(1), letIn(2), letIn(3)]);
  for (const id of [1, 2, 3]) outbox.add({ booking_id: id });
  await become('waiting', 'waiting', 'waiting');
  outbox.wake();
  await become('answered', 'answered', 'answered');
  const order = sent.slice(3).map(({ shown }) => ('booking_id' in shown ? shown.booking_id : 0));
  assert.deepEqual([order, waits.length], [[1, 2, 3], 1]);
});

test('an answer that takes long leaves the scan unconfirmed until it comes', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let answer: (result: Answer) => void = () => undefined;
  const outbox = createOutbox({
    keep: createKeep(createStore()),
    send: () => new Promise((resolve) => (answer = resolve)),
    now: () => 1,
    username: () => 'staff-1',
  });
  outbox.add({ ticket: 'T' });
  t.mock.timers.tick(SLOW_MS);
  assert.equal(outbox.scans.value[0]?.state, 'waiting');
  answer(letIn(7));
  await new Promise(setImmediate);
  assert.equal(outbox.scans.value[0]?.state, 'answered');
  outbox.close();
});

test('a store that is full, forbidden or spoilt loses nothing that is on the page, and says so', async (t) => {
  const full = createStore();
  full.setItem = () => {
    throw new Error('full');
  };
  for (const store of [full, undefined]) {
    const outbox = createOutbox({
      keep: createKeep(store),
      send: () => Promise.resolve(LOST),
      now: () => 1,
      username: () => 'staff-1',
      wait: () => new Promise(() => undefined),
    });
    outbox.add({ ticket: 'T' });
    assert.equal(outbox.isKept.value, false);
    await eventually('it waits', () => Promise.resolve(outbox.scans.value[0]?.state === 'waiting'));
    outbox.close();
  }
  const spoilt = createStore();
  for (const [name, text] of [
    ['skyfox.door.1', 'no JSON'],
    ['skyfox.door.2', 'null'],
    ['skyfox.door.3', '{"key":"3","sentBy":"x","scannedAt":1,"shown":{}}'],
    ['skyfox.session', 'of another'],
  ] as const) {
    spoilt.setItem(name, text);
  }
  assert.deepEqual(openOutbox(t, [], { store: spoilt }).states(), []);
  assert.deepEqual(
    Array.from({ length: spoilt.length }, (_, at) => spoilt.key(at)),
    ['skyfox.session'],
  );
});

test('only somebody who decides so forgets a scan', async (t) => {
  const { outbox, store, become } = openOutbox(t, [LOST]);
  const { key } = outbox.add({ ticket: 'T' });
  await become('waiting');
  outbox.forget(key);
  assert.deepEqual([outbox.scans.value.length, store.length], [0, 0]);
});

test('of many answered scans the oldest are forgotten, but no bad one', async (t) => {
  const forged: Answer = {
    data: {
      checked_in: [],
      already_done: [],
      invalid: [],
      details: [{ outcome: 'invalid', reason: 'forged' }],
    },
  };
  const good = Array.from({ length: 60 }, (_, at) => at + 1);
  const { outbox, states, become } = openOutbox(t, [
    forged,
    refused(400, 'INVALID_INPUT'),
    ...good.map(letIn),
  ]);
  for (const ticket of ['forged', 'refused']) outbox.add({ ticket });
  await become('refused', 'answered');
  for (const id of good) {
    outbox.add({ booking_id: id });
    await eventually('answered', () => Promise.resolve(states()[0] === 'answered'));
  }
  assert.deepEqual(states().slice(50), ['refused', 'answered']);
});
