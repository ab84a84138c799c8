import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noteTime, serverNow } from '../../web/api/clock.ts';
import { cinemaTime, endOf, isPast } from '../../web/parts/cinema-clock.ts';

const slot = (startTime: string, endTime: string) => ({
  id: 1,
  name: 'Matinee',
  startTime: `${startTime}:00.000000`,
  endTime: `${endTime}:00.000000`,
});
/** A show in Kolkata, 5.5 hours ahead of UTC. */
const show = {
  id: 7,
  date: '2026-04-27T00:00:00Z',
  slot: slot('13:30', '16:00'),
  startsAt: '2026-04-27T08:00:00Z',
};
const programme = { today: '2026-04-27', shows: [show] };
const booking = { show_id: 7, show_date: '2026-04-27', show_time: '13:30:00.000000' };

test('the cinema’s time is what the programme’s shows say, in whatever zone the reader is', () => {
  assert.equal(cinemaTime(programme, Date.parse('2026-04-27T10:29:59Z')), '2026-04-27T15:59:59');
  assert.equal(cinemaTime(programme, Date.parse('2026-04-27T20:00:00Z')), '2026-04-28T01:30:00');
});

test('on a day without shows it is the reader’s time of day on the cinema’s date', () => {
  const noon = new Date(2026, 3, 26, 12).getTime();
  assert.equal(cinemaTime({ today: '2026-04-27', shows: [] }, noon), '2026-04-27T12:00:00');
  assert.equal(cinemaTime(undefined, noon), '2026-04-26T12:00:00');
});

test('a show ends with its slot, one over midnight on the next day', () => {
  assert.equal(endOf(show), '2026-04-27T16:00:00');
  assert.equal(endOf({ ...show, slot: slot('22:00', '01:00') }), '2026-04-28T01:00:00');
  assert.equal(endOf({ ...show, slot: slot('21:30', '00:00') }), '2026-04-28T00:00:00');
});

test('a booking of today is coming until its show has ended, and past from then on', () => {
  assert.equal(isPast(booking, programme.shows, '2026-04-27T13:31:00'), false);
  assert.equal(isPast(booking, programme.shows, '2026-04-27T15:59:59'), false);
  assert.equal(isPast(booking, programme.shows, '2026-04-27T16:00:00'), true);
});

test('where the end is not known, the start counts', () => {
  const other = { ...booking, show_id: 8 };
  assert.equal(isPast(other, programme.shows, '2026-04-27T13:29:59'), false);
  assert.equal(isPast(other, programme.shows, '2026-04-27T13:30:00'), true);
  assert.equal(isPast({ ...other, show_date: '2026-04-26' }, [], '2026-04-27T00:00:00'), true);
  assert.equal(isPast({ ...other, show_date: '2026-04-28' }, [], '2026-04-27T23:59:59'), false);
});

test('a reader’s clock that is wrong is put right by the server’s answers', () => {
  const at = Date.now() + 3_600_000;
  noteTime(new Date(at).toUTCString());
  assert.ok(Math.abs(serverNow() - at) < 2_000);
  noteTime(null);
  noteTime('soon');
  assert.ok(Math.abs(serverNow() - at) < 2_000, 'an answer without a date changes nothing');
});
