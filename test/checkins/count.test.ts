import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { book, checkIn, checkInAll, showAt } from './door.ts';

const app = await startApp(wholeFile);
const counts = (showId: unknown, as = app.staff) =>
  app.get(`/check-in/count?show_id=${String(showId)}`, { as });

test('a show counts its paid bookings and their seats: who is in, and who is missing', async () => {
  const show = await showAt(app, { inMinutes: 10 });
  const ids = await book(app, show, 4);
  await app.script(`update booking set no_of_seats = 3 where id = ${ids[0]}`);
  await book(app, show, 1, 'Pending');
  await book(app, await showAt(app, { inMinutes: 20 }), 2);
  const first = await counts(show);
  assert.equal(first.json['message'], 'Check-ins counted successfully');
  const none = { bookings: 0, seats: 0 };
  assert.deepEqual(first.data, { show_id: show, in: none, missing: { bookings: 4, seats: 6 } });

  await checkIn(app, { booking_id: ids[0] });
  await checkInAll(app, [ids[1]], app.admin);
  assert.deepEqual((await counts(show, app.admin)).data, {
    show_id: show,
    in: { bookings: 2, seats: 4 },
    missing: { bookings: 2, seats: 2 },
  });
});

test('gates that ask at once each see what was checked in before they asked', async () => {
  const show = await showAt(app, { inMinutes: 10 });
  const ids = await book(app, show, 20);
  for (const [at, id] of ids.entries()) {
    const early = counts(show);
    await checkIn(app, { booking_id: id });
    const answers = await Promise.all([counts(show), counts(show), counts(show)]);
    for (const { data } of answers) assert.equal((data['in'] as { bookings: number }).bookings, at + 1);
    await early;
  }
});

test('an empty show counts nothing; a show that is not there, or a wrong id, is refused', async () => {
  const none = { bookings: 0, seats: 0 };
  const show = await showAt(app, { inMinutes: 10 });
  assert.deepEqual((await counts(show)).data, { show_id: show, in: none, missing: none });
  for (const [id, status, code] of [
    [999_999, 404, 'SHOW_NOT_FOUND'],
    [-1, 404, 'SHOW_NOT_FOUND'],
    ['9007199254740992', 404, 'SHOW_NOT_FOUND'],
    ['x', 400, 'INVALID_PARAMS'],
    ['', 400, 'INVALID_PARAMS'],
    ['1.5', 400, 'INVALID_PARAMS'],
  ] as const) {
    const answer = await counts(id);
    assert.deepEqual([answer.status, answer.code], [status, code], String(id));
  }
  const customer = await app.customer();
  assert.equal((await counts(show, customer)).status, 403);
});
