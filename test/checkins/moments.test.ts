import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { freezeClock } from '../support/frozen-clock.ts';
import { checkIn } from './door.ts';

const NOON = '2031-05-05T12:00:00.000Z';
const MINUTE = 60_000;

test('check-in opens an hour before the show to the moment, and closes at the moment of its end', async (t) => {
  const clock = await freezeClock(t, NOON);
  const app = await startApp(t, { databaseUrl: clock.databaseUrl });
  await app.needs.monitor.stop();
  const { username } = await app.customer();
  await app.script(`
    insert into show (movie_id, date, slot_id, cost) values ('tt1', '2031-05-06', 1, 200);
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
    select date, id, '${username}', 1, 200, 'Confirmed', 'Card' from show, generate_series(1, 4)`);
  const [opens, ends] = [Date.parse('2031-05-06T07:30:00Z'), Date.parse('2031-05-06T11:30:00Z')];
  for (const [id, moment, outcome, reason] of [
    [1, opens - 1, 'invalid', 'too_early'],
    [1, opens, 'checked_in', undefined],
    [2, ends - 1, 'checked_in', undefined],
    [3, ends, 'invalid', 'over'],
  ] as const) {
    await clock.set(new Date(moment).toISOString());
    const { data } = await checkIn(app, { booking_id: id });
    const detail = data['details']?.[0];
    assert.deepEqual(
      [detail?.['outcome'], detail?.['reason']],
      [outcome, reason],
      new Date(moment).toISOString(),
    );
  }
  const noted = await app.rows<{ at: Date }>('select checked_in_at as at from check_in order by booking_id');
  assert.deepEqual(
    noted.map((row) => row.at.getTime()),
    [opens, ends - 1],
  );
});

test('a hold is unknown at the door from the moment of its end on', async (t) => {
  const clock = await freezeClock(t, NOON);
  const app = await startApp(t, { databaseUrl: clock.databaseUrl });
  await app.needs.monitor.stop();
  await app.script(`insert into show (movie_id, date, slot_id, cost) values ('tt1', '2031-05-06', 1, 200)`);
  const held = await app.hold(await app.customer(), 1, ['A1']);
  const endsAt = Date.parse(NOON) + 300_000;
  for (const [moment, reason] of [
    [endsAt - 1, 'not_paid'],
    [endsAt, 'unknown'],
    [endsAt + MINUTE, 'unknown'],
  ] as const) {
    await clock.set(new Date(moment).toISOString());
    const { data } = await checkIn(app, { booking_id: held.data['booking_id'] });
    assert.equal(data['details']?.[0]?.['reason'], reason, new Date(moment).toISOString());
  }
});
