import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unkeyed } from '../../src/idempotency/idempotency.ts';
import { sql, type Pool } from '../../src/platform/database/db.ts';
import { checkIn as checkInAt } from '../../src/checkins/check-in.ts';
import { startApp } from '../support/app.ts';
import { book, checkIn, checkInAll, employee, scanned, showAt } from './door.ts';

type Detail = { booking_id?: number; outcome: string; reason?: string; at?: string; by?: string };
const detailsOf = (answer: { data: Record<string, unknown> }) => answer.data['details'] as Detail[];

test('each ticket that is refused has its reason, in the order asked, repeated ids once', async (t) => {
  const app = await startApp(t);
  const open = await showAt(app, { inMinutes: 10 });
  const [good = 0] = await book(app, open);
  const [early = 0] = await book(app, await showAt(app, { inMinutes: 300 }));
  const [over = 0] = await book(app, await showAt(app, { inMinutes: -400, minutes: 60 }));
  const customer = await app.customer();
  const pending = Number((await app.hold(customer, open, ['A1'])).data['booking_id']);
  const [half = 0] = await book(app, open, 1, 'Pending');
  const answer = await checkInAll(app, [over, 0, good, early, over, pending, half, good, -5]);
  assert.deepEqual(detailsOf(answer), [
    { booking_id: over, outcome: 'invalid', reason: 'over' },
    { booking_id: 0, outcome: 'invalid', reason: 'unknown' },
    { booking_id: good, outcome: 'checked_in' },
    { booking_id: early, outcome: 'invalid', reason: 'too_early' },
    { booking_id: pending, outcome: 'invalid', reason: 'not_paid' },
    { booking_id: half, outcome: 'invalid', reason: 'not_paid' },
    { booking_id: -5, outcome: 'invalid', reason: 'unknown' },
  ]);
  assert.deepEqual(answer.data['invalid'], [over, 0, early, pending, half, -5]);
});

test('a hold that is over is unknown, also while nothing has cleaned it up', async (t) => {
  const app = await startApp(t);
  const customer = await app.customer();
  const held = await app.hold(customer, await showAt(app, { inMinutes: 10 }), ['A1']);
  const id = Number(held.data['booking_id']);
  const answer = await app.pool.transaction(async (tx) => {
    // What cleans up skips a booking that is locked.
    await tx.run(sql`select from booking where id = ${id} for update`);
    await app.age(id);
    return checkIn(app, { booking_id: id });
  });
  assert.deepEqual(detailsOf(answer), [{ booking_id: id, outcome: 'invalid', reason: 'unknown' }]);
});

test('a hold is judged by its own end, and by that of a payment of it', async (t) => {
  const app = await startApp(t);
  await app.needs.monitor.stop();
  const customer = await app.customer();
  const show = await showAt(app, { inMinutes: 10 });
  const [over = 0, alive = 0, paying = 0] = (
    await Promise.all(['A1', 'A2', 'A3'].map((seat) => app.hold(customer, show, [seat])))
  ).map(({ data }) => Number(data['booking_id']));
  await Promise.all([app.age(over), app.age(paying)]);
  await app.script(`update pending_booking_tracker set paying_until = clock_timestamp() + interval '1 minute'
    where booking_id = ${paying}`);
  const reasons = detailsOf(await checkInAll(app, [over, alive, paying])).map(({ reason }) => reason);
  assert.deepEqual(reasons, ['unknown', 'not_paid', 'not_paid']);
});

test('a ticket that was let in before is answered with when and by whom', async (t) => {
  const app = await startApp(t);
  const [id = 0] = await book(app, await showAt(app, { inMinutes: 10 }));
  const before = Date.now();
  assert.deepEqual(detailsOf(await checkIn(app, { booking_id: id }, app.admin)), [
    { booking_id: id, outcome: 'checked_in' },
  ]);
  for (const answer of [await checkIn(app, { booking_id: id }), await checkInAll(app, [id])]) {
    const [{ at = '', ...detail } = {}] = detailsOf(answer);
    assert.deepEqual(detail, { booking_id: id, outcome: 'already_done', by: app.admin.username });
    assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    // The database's clock and this one's are of one machine.
    assert.ok(Math.abs(Date.parse(at) - before) < 60_000, at);
  }
});

test('of a check-in by SQL, or from before they were noted, nobody knows when and by whom', async (t) => {
  const app = await startApp(t);
  const [id = 0] = await book(app, await showAt(app, { inMinutes: 10 }), 1, 'CheckedIn');
  assert.deepEqual(detailsOf(await checkIn(app, { booking_id: id })), [
    { booking_id: id, outcome: 'already_done' },
  ]);
});

test('a booking that somebody set back is let in anew, and then the later time counts', async (t) => {
  const app = await startApp(t);
  const [id = 0] = await book(app, await showAt(app, { inMinutes: 10 }));
  await checkIn(app, { booking_id: id }, app.admin);
  await app.pool.run(sql`update booking set status = 'Confirmed' where id = ${id}`);
  assert.equal(detailsOf(await checkIn(app, { booking_id: id }))[0]?.outcome, 'checked_in');
  assert.equal(detailsOf(await checkIn(app, { booking_id: id }))[0]?.by, app.staff.username);
  assert.equal(await app.count('check_in'), 1);
});

test('of gates that race, one checks in, and all others name it and its moment', async (t) => {
  const app = await startApp(t);
  const show = await showAt(app, { inMinutes: 10 });
  const gates = await Promise.all(Array.from({ length: 8 }, (_, gate) => employee(app, `gate-${gate}`)));
  for (let round = 0; round < 20; round++) {
    const [id = 0] = await book(app, show);
    const answers = await Promise.all(gates.map((gate) => checkIn(app, { booking_id: id }, gate)));
    const details = answers.map((answer) => detailsOf(answer)[0]);
    const winner = details.findIndex((detail) => detail?.outcome === 'checked_in');
    const losers = details.filter((_, gate) => gate !== winner);
    assert.equal(losers.length, 7);
    const [{ at } = {}] = losers;
    for (const loser of losers) {
      assert.deepEqual(loser, { booking_id: id, outcome: 'already_done', at, by: gates[winner]?.username });
    }
    assert.ok(at);
  }
});

test('forged and unpaid tickets say so, and text that is no ticket has no number', async (t) => {
  const app = await startApp(t);
  const customer = await app.customer();
  const show = await showAt(app, { inMinutes: 10 });
  const id = Number((await app.hold(customer, show, ['A1'])).data['booking_id']);
  const unpaid = await scanned(app, id);
  await app.pay(customer, id);
  const good = await scanned(app, id);
  for (const [ticket, detail] of [
    [unpaid, { booking_id: id, outcome: 'invalid', reason: 'not_paid' }],
    [good.replace('A1', 'A2'), { booking_id: id, outcome: 'invalid', reason: 'forged' }],
    [`SKYFOX BOOKING #${id}`, { booking_id: id, outcome: 'invalid', reason: 'forged' }],
    ['4006381333931', { outcome: 'invalid', reason: 'forged' }],
    [`]Q2\\000026\uFEFF${good.replaceAll('\n', '\r')}\r\n\0`, { booking_id: id, outcome: 'checked_in' }],
  ] as const) {
    assert.deepEqual(detailsOf(await checkIn(app, { ticket })), [detail], ticket);
  }
});

test('if the user of one check-in cannot be told, the others are checked in all the same', async (t) => {
  const app = await startApp(t);
  const [done = 0, next = 0] = await book(app, await showAt(app, { inMinutes: 10 }), 2);
  await checkIn(app, { booking_id: done });
  const failing: Pool = {
    ...app.needs.pool,
    run: async (statement) => {
      if (statement.sql.includes('from check_in')) throw new Error('the connection is lost');
      return app.pool.run(statement);
    },
  };
  const needs = { pool: failing, zone: 'UTC', tickets: app.needs.tickets };
  const shown = { ids: [done, next], by: app.staff.username };
  const { data } = await checkInAt(needs, shown, { say: () => '', once: unkeyed });
  assert.deepEqual(data.details, [
    { booking_id: done, outcome: 'already_done' },
    { booking_id: next, outcome: 'checked_in' },
  ]);
});
