import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastsInto, overrun, runsInto, slotMinutes } from '../../web/desk/programme/running-time.ts';
import { boardOf, isPast, laterOn, mondayOf, showAt, weekOf } from '../../web/desk/programme/week.ts';
import { AFTERNOON, LATE, MORNING, showOf, SLOTS } from './office-samples.ts';

test('a week begins on Monday, across months and years', () => {
  for (const [date, monday] of [
    ['2026-11-30', '2026-11-30'],
    ['2026-12-06', '2026-11-30'],
    ['2027-01-01', '2026-12-28'],
    ['2028-02-29', '2028-02-28'],
  ] as const) {
    assert.equal(mondayOf(date), monday);
  }
});

test('a week has every slot of every day, with its show, and says which have begun', () => {
  const shows = [showOf('2026-12-01', AFTERNOON), showOf('2026-12-08', MORNING)];
  const week = weekOf({ slots: SLOTS, shows }, '2026-11-30', '2026-12-01T12:30:00');
  assert.deepEqual(
    week.map(({ date, cells }) => [
      date,
      cells.map(({ show, isPast }) => `${show?.id ?? '-'}${isPast ? ' past' : ''}`),
    ]),
    [
      ['2026-11-30', ['- past', '- past', '- past']],
      ['2026-12-01', ['- past', `${shows[0]?.id} past`, '-']],
      ...['02', '03', '04', '05', '06'].map((day) => [`2026-12-${day}`, ['-', '-', '-']]),
    ],
  );
});

test('a slot is past from the second at which it begins, as the API sees it', () => {
  assert.equal(isPast('2026-12-01', MORNING, '2026-12-01T08:29:59'), false);
  assert.equal(isPast('2026-12-01', MORNING, '2026-12-01T08:30:00'), true);
  assert.equal(laterOn('2026-12-31T23:59:30', 45_000), '2027-01-01T00:00:15');
  assert.equal(
    laterOn('2026-12-31T23:59:30', -3_600_000),
    '2026-12-31T23:59:30',
    'a clock that was put back',
  );
});

test('a movie is measured against its slot, one over midnight too', () => {
  assert.deepEqual(SLOTS.map(slotMinutes), [180, 180, 150]);
  assert.equal(overrun('1h53m0s', MORNING), -67);
  assert.equal(overrun('3h22m0s', MORNING), 22);
  assert.equal(overrun('', MORNING), undefined);
});

test('a movie that is not over when the next show begins says which one that is, on the next day too', () => {
  const board = boardOf([showOf('2026-12-01', AFTERNOON, { movieId: 'tt2' }), showOf('2026-12-02', MORNING)]);
  const next = (slot: typeof LATE, duration: string) =>
    runsInto({ date: '2026-12-01', slot, duration }, SLOTS, board);
  assert.equal(next(MORNING, '4h0m0s'), undefined, 'it ends as the next one begins');
  assert.equal(next(MORNING, '4h1m0s'), 'Movie tt2');
  assert.equal(next(LATE, '10h31m0s'), 'Movie tt1');
  assert.equal(next(AFTERNOON, '9h0m0s'), undefined);
  assert.equal(showAt(board, '2026-12-01', LATE), undefined);
});

test('a slot says which earlier movie is not over when it begins, one of the day before too', () => {
  const late = showOf('2026-12-01', LATE, { movieId: 'tt2' });
  const morning = showOf('2026-12-02', MORNING, { movieId: 'tt3' });
  const before = (slot: typeof LATE, lateFor: string, morningFor = '1h0m0s') =>
    lastsInto(
      { date: '2026-12-02', slot },
      SLOTS,
      boardOf([
        { ...late, movie: { ...late.movie, duration: lateFor } },
        { ...morning, movie: { ...morning.movie, duration: morningFor } },
      ]),
    );
  assert.equal(before(MORNING, '10h30m0s'), undefined, 'it ends as the slot begins');
  assert.equal(before(MORNING, '10h31m0s'), 'Movie tt2');
  assert.equal(before(AFTERNOON, '2h0m0s', '4h0m0s'), undefined);
  assert.equal(before(AFTERNOON, '2h0m0s', '4h1m0s'), 'Movie tt3');
  assert.equal(before(MORNING, '2h0m0s', '9h0m0s'), undefined, 'its own show is not before it');
});
