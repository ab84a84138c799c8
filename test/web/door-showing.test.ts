import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signal } from '@preact/signals';
import { createLateAnswers } from '../../web/door/scans/late-answers.ts';
import type { Detail, Scan } from '../../web/door/scans/outbox.ts';
import { createShowing } from '../../web/door/verdict/showing.ts';

/** A door's scans by their keys, as their answers come in. */
function openDoor() {
  const scans = signal<readonly Scan[]>([]);
  const isCovered = signal(false);
  const showing = createShowing(scans, isCovered);
  const set = (key: string, state: Scan['state'], outcome?: Detail['outcome']) => {
    const details = outcome ? [{ booking_id: 1, outcome }] : [];
    const scan: Scan = { key, state, details, shown: { ticket: key }, scannedAt: 1, sentBy: 'staff-1' };
    const isThere = scans.value.some((one) => one.key === key);
    scans.value = isThere ? scans.value.map((one) => (one.key === key ? scan : one)) : [scan, ...scans.value];
  };
  const send = (key: string) => {
    set(key, 'sending');
    showing.show(key);
  };
  return { scans, isCovered, showing, set, send, late: createLateAnswers(scans, showing.key) };
}

test('a bad verdict that comes after the next scan is shown, and then the scan whose place it took', () => {
  const { showing, set, send } = openDoor();
  send('A');
  send('B');
  set('A', 'answered', 'invalid');
  assert.equal(showing.key.value, 'A');
  set('B', 'answered', 'checked_in');
  assert.equal(showing.key.value, 'A', 'until it is read');
  showing.next();
  assert.equal(showing.key.value, 'B');
  showing.next();
  assert.equal(showing.key.value, undefined, 'each once');
});

test('a bad verdict that comes while another one is read is shown after that', () => {
  const { showing, set, send } = openDoor();
  for (const key of ['A', 'B', 'C']) send(key);
  set('C', 'answered', 'already_done');
  set('B', 'refused');
  set('A', 'answered', 'already_done');
  assert.equal(showing.key.value, 'C');
  showing.next();
  assert.equal(showing.key.value, 'A', 'the oldest first');
  showing.next();
  assert.equal(showing.key.value, 'B');
  showing.next();
  assert.equal(showing.key.value, undefined);
});

test('a verdict that nobody waited for is shown if it is bad, also after it was not confirmed', () => {
  const { showing, set, send } = openDoor();
  for (const key of ['A', 'B', 'C']) {
    send(key);
    showing.next();
  }
  set('A', 'answered', 'checked_in');
  assert.equal(showing.key.value, undefined);
  set('B', 'waiting');
  assert.equal(showing.key.value, undefined);
  set('B', 'answered', 'already_done');
  assert.equal(showing.key.value, 'B');
  showing.next();
  set('C', 'answered', 'invalid');
  assert.equal(showing.key.value, 'C');
});

test('a bad verdict waits for the question whether a ticket of another show is let in', () => {
  const { showing, isCovered, set, send } = openDoor();
  send('A');
  isCovered.value = true;
  showing.next();
  set('A', 'answered', 'invalid');
  assert.equal(showing.key.value, undefined);
  set('B', 'sending');
  showing.show('B');
  isCovered.value = false;
  assert.equal(showing.key.value, 'A');
  showing.next();
  assert.equal(showing.key.value, 'B');
});

test('scans that waited are counted together when they are answered', () => {
  const { showing, set, send, late: answers } = openDoor();
  const keys = Array.from({ length: 40 }, (_, at) => String(at));
  for (const key of keys) {
    send(key);
    set(key, 'waiting');
  }
  showing.next();
  const outcomes = ['invalid', 'already_done', 'already_done'] as const;
  for (const [at, key] of keys.entries()) {
    assert.notEqual(answers.late.value?.isOver, true);
    set(key, 'answered', outcomes[at] ?? 'checked_in');
  }
  assert.deepEqual(answers.late.value, { counts: { in: 37, already: 2, invalid: 1 }, isOver: true });
  assert.equal(showing.key.value, undefined, 'each was shown when it was not confirmed');
  answers.clear();
  send('later');
  set('later', 'waiting');
  set('later', 'answered', 'checked_in');
  assert.equal(answers.late.value, undefined, 'its verdict is on the screen');
  showing.next();
  send('last');
  set('last', 'waiting');
  showing.next();
  set('last', 'refused');
  assert.deepEqual(answers.late.value, { counts: { in: 0, already: 0, invalid: 1 }, isOver: true });
});
