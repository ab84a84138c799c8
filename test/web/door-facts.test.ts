import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketText } from '../../src/tickets/text.ts';
import { troubleOf } from '../../web/door/camera/camera.ts';
import { readNumbers } from '../../web/door/by-hand/numbers.ts';
import type { Detail, Scan } from '../../web/door/scans/outbox.ts';
import { createRepeats } from '../../web/door/camera/repeats.ts';
import { showNow, timesOf } from '../../web/door/shows/shows.ts';
import { isFor, readFacts } from '../../web/door/verdict/ticket-facts.ts';
import { verdictOf } from '../../web/door/verdict/verdict.ts';

const TICKET = {
  bookingId: 12,
  customer: 'Zoë',
  phone: '9876543210',
  movie: 'Dune: Part Two',
  date: '2026-04-27',
  time: '04:30 PM',
  seats: 'A1, A2',
  amount: '441.00',
  paymentType: 'Card',
  status: 'Confirmed',
  isPaid: true,
  nonce: null,
};

test('a ticket’s show and seats are read off its text, as the program writes it', () => {
  const text = ticketText(TICKET, { id: 'kept', secret: 'x' });
  const facts = { id: 12, movie: 'Dune: Part Two', date: '2026-04-27', time: '16:30', seats: ['A1', 'A2'] };
  assert.deepEqual(readFacts(text), facts);
  assert.deepEqual(readFacts(text.replaceAll('\n', '\r\n')), facts);
  const at = (time: string) => readFacts(ticketText({ ...TICKET, time }, { id: 'k', secret: 'x' }))?.time;
  assert.deepEqual([at('12:05 AM'), at('12:05 PM'), at('11:59 PM')], ['00:05', '12:05', '23:59']);
  const show = { date: '2026-04-27T00:00:00Z', slot: { startTime: '16:30:00.000000' } };
  assert.ok(readFacts(text) && isFor(facts, show));
  assert.ok(!isFor(facts, { ...show, date: '2026-04-28T00:00:00Z' }));
  for (const other of ['', 'SKYFOX BOOKING #1', 'https://x', text.replace('04:30', '4.30')]) {
    assert.equal(readFacts(other), undefined);
  }
});

test('numbers by hand are one or several, each once, and nothing else', () => {
  assert.deepEqual(readNumbers(' 12, 13;14 #15.12 '), [12, 13, 14, 15]);
  for (const typed of ['', ' ', 'abc', '12a', '-1', '0', '1'.repeat(16)]) {
    assert.equal(readNumbers(typed), undefined, typed);
  }
});

test('a code in sight is one scan; out of sight for two seconds it is a new one, not while nobody looked', () => {
  const repeats = createRepeats();
  const isNew = (text: string, now: number) => repeats.isNew(text, now);
  assert.deepEqual([isNew('a', 0), isNew('a', 100), isNew('a', 2_000)], [true, false, false]);
  assert.deepEqual([isNew('b', 2_100), isNew('a', 2_200), isNew('a', 4_300)], [true, true, true]);
  repeats.resume(9_000);
  assert.equal(isNew('a', 9_100), false);
});

const showAt = (id: number, startsAt: string, startTime: string, endTime: string) => ({
  id,
  startsAt,
  slot: { id: 1, name: 'x', startTime, endTime },
});
const afternoon = showAt(1, '2026-04-27T11:00:00Z', '16:30:00.000000', '19:30:00.000000');
const evening = showAt(2, '2026-04-27T14:30:00Z', '20:00:00.000000', '23:00:00.000000');
const night = showAt(3, '2026-04-27T17:30:00Z', '23:00:00.000000', '02:00:00.000000');

test('the show of the door is the last that is open, else the next, and a slot may reach over midnight', () => {
  const at = (time: string) => showNow([night, evening, afternoon], Date.parse(`2026-04-27T${time}Z`))?.id;
  assert.deepEqual([at('08:00:00'), at('10:30:00'), at('13:29:59')], [1, 1, 1]);
  assert.deepEqual([at('13:30:00'), at('16:29:59'), at('16:30:00'), at('20:29:59')], [2, 2, 3, 3]);
  assert.deepEqual([at('20:30:00'), showNow([], 0)], [undefined, undefined]);
  assert.equal(timesOf(night).ends - timesOf(night).starts, 3 * 3_600_000);
});

const scan = (details: Detail[], more: Partial<Scan> = {}): Scan => ({
  key: 'k',
  shown: { booking_id: 7 },
  scannedAt: 100_000,
  sentBy: 'staff-1',
  state: 'answered',
  details,
  ...more,
});
const already: Detail = {
  booking_id: 7,
  outcome: 'already_done',
  at: new Date(101_000).toISOString(),
  by: 'staff-1',
};

test('the verdict of a scan is what the server says, and before it that nothing is confirmed', () => {
  const kind = (one: Scan) => verdictOf(one, [one], 'staff-1').kind;
  assert.equal(kind(scan([{ booking_id: 7, outcome: 'checked_in' }])), 'in');
  assert.equal(kind(scan([already])), 'already');
  assert.equal(kind(scan([{ outcome: 'invalid', reason: 'forged' }])), 'invalid');
  assert.equal(kind(scan([], { state: 'sending' })), 'checking');
  assert.equal(kind(scan([], { state: 'waiting' })), 'waiting');
  assert.equal(kind(scan([], { state: 'refused' })), 'invalid');
  const many = scan([
    already,
    { booking_id: 8, outcome: 'checked_in' },
    { booking_id: 9, outcome: 'invalid' },
  ]);
  assert.deepEqual(verdictOf(many, [many], 'x').counts, { in: 1, already: 1, invalid: 1 });
  assert.equal(kind(many), 'invalid');
});

test('a ticket that this gate let in before says so, of the right booking', () => {
  const before = scan([{ booking_id: 7, outcome: 'checked_in' }], { key: 'before', scannedAt: 90_000 });
  const other = scan([{ booking_id: 8, outcome: 'checked_in' }], { key: 'other', scannedAt: 80_000 });
  assert.equal(verdictOf(scan([already]), [scan([already]), other, before], 'staff-1').hereAt, 90_000);
  assert.equal(verdictOf(scan([already]), [scan([already]), other], 'staff-1').hereAt, undefined);
});

test('after a change of users an earlier check-in by the first may be this very scan, else it is another’s', () => {
  const mayBeOwn = (detail: Detail, username = 'staff-2') => verdictOf(scan([detail]), [], username).mayBeOwn;
  assert.equal(mayBeOwn(already), true);
  // Its own key would have given its own answer.
  assert.equal(mayBeOwn(already, 'staff-1'), false);
  assert.equal(mayBeOwn({ ...already, by: 'staff-3' }), false);
  assert.equal(mayBeOwn({ ...already, at: new Date(1_000).toISOString() }), false);
  assert.equal(mayBeOwn({ booking_id: 7, outcome: 'already_done' }), false);
});

test('what is wrong with a camera is told from how the browser fails', () => {
  const names = [
    'NotAllowedError',
    'SecurityError',
    'NotFoundError',
    'OverconstrainedError',
    'NotReadableError',
    'AbortError',
    'TypeError',
  ];
  assert.deepEqual(
    names.map((name) => troubleOf(new DOMException('x', name))),
    ['denied', 'denied', 'missing', 'missing', 'busy', 'busy', 'failed'],
  );
  assert.equal(troubleOf('odd'), 'failed');
});
