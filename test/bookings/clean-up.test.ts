import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueHolds, endedHolds, halfBookings } from '../../src/bookings/expire.ts';
import { many, sql } from '../../src/platform/database/db.ts';
import { createSweep } from '../../src/platform/database/sweep.ts';
import { endedLeases } from '../../src/payments/payments.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { byHand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { writeBookings } from '../support/many-bookings.ts';

// One app whose monitor works, and one in which nothing cleans up but the tests.
const app = await startApp(wholeFile);
const still = await startApp(wholeFile);
await still.needs.monitor.stop();

const HOLD_SECONDS = 300;
/** A sweep as the monitor has it, and what it told. */
function sweeping(chore: 'holds' | 'half bookings') {
  const told: { rows: unknown[]; failed: number; err: unknown }[] = [];
  const log = { error: (facts: object) => void told.push(facts as (typeof told)[number]) };
  const { pool } = still.needs;
  const sweep = createSweep(chore === 'holds' ? endedHolds(pool) : halfBookings(pool, HOLD_SECONDS), { log });
  return { sweep, told };
}
const isThere = async (id: number, where: TestApp = still) =>
  (await where.count('booking', `id = ${id}`)) === 1;
const metric = async (name: string, where: TestApp = app) => {
  const { text } = await where.get('/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
};
const holdOf = async (where: TestApp, endedSecondsAgo: number): Promise<number> => {
  const { data } = await where.hold(await where.customer(), await where.show(), ['A1', 'A2']);
  await where.age(Number(data['booking_id']), endedSecondsAgo);
  return Number(data['booking_id']);
};

test('trackers of bookings that are sold stop no hold from ending, however many and old they are, and go', async () => {
  const sold = await writeBookings(app, 1_100, { status: 'Confirmed', minutesAgo: 60 });
  const hold = await holdOf(app, 1);
  await eventually('the hold is gone', async () => !(await isThere(hold, app)));
  await eventually('dead rows are gone', async () => (await app.count('pending_booking_tracker')) === 0);
  assert.equal(await app.count('booking', `status = 'Confirmed'`), sold.length);
  assert.equal(await app.count('booking_seat_mapping', 'held_until is null'), sold.length);
  await assertHouseInOrder(app);
});

test('a sweep reads the holds that are over, and none that is alive', async () => {
  const ended = await writeBookings(still, 3, { minutesAgo: 1 });
  await writeBookings(still, 500, { minutesAgo: -5 });
  await still.script('analyze pending_booking_tracker');
  const [row] = await many<Record<string, object>>(
    still.pool,
    sql`explain (analyze, format json) ${dueHolds({ only: null, except: [], atMost: 500 })}`,
  );
  const plan = JSON.stringify(row);
  assert.match(plan, /"Index Cond":"\(expiration_time <= /);
  assert.doesNotMatch(plan, /"Rows Removed by Filter":[1-9]/);
  await still.script(`delete from booking where id = any ('{${ended.join()}}')`);
});

test('the tracker of a booking that is gone, left by a load without triggers, goes too', async () => {
  await app.script(`set session_replication_role = replica;
    insert into pending_booking_tracker (booking_id, expiration_time) values (987654321, now() - interval '1 hour');
    set session_replication_role = origin`);
  await eventually('it is gone', async () => (await app.count('pending_booking_tracker')) === 0);
});

const BELONGING = {
  payment: `insert into payment_transaction (booking_id, payment_method, amount, status)
    select id, 'Card', 200, 'Failed' from booking where id = $1`,
  'move of a wallet': `insert into wallet_transaction (wallet_id, username, booking_id, transaction_id, amount, transaction_type)
    select wallet.id, wallet.username, booking.id, 'x' || booking.id, 1, 'ADD'
    from booking join customer_wallet wallet on wallet.username = booking.customer_username where booking.id = $1`,
  guest: `insert into admin_booked_customer (name, number, booking_id) values ('Asha Rao', '9876543210', $1)`,
} as const;
const TABLES = {
  payment: 'payment_transaction',
  'move of a wallet': 'wallet_transaction',
  guest: 'admin_booked_customer',
} as const;

for (const what of Object.keys(BELONGING) as (keyof typeof BELONGING)[]) {
  for (const chore of ['holds', 'half bookings'] as const) {
    test(`${chore}: one whose ${what} somebody has locked is passed by, and not waited for`, async () => {
      const minutesAgo = chore === 'holds' ? 1 : 'no tracker';
      const [locked = 0, free = 0] = await writeBookings(still, 2, { minutesAgo });
      for (const id of [locked, free]) await still.script(BELONGING[what].replaceAll('$1', String(id)));
      const { sweep, told } = sweeping(chore);
      await byHand(still, async (hand) => {
        await hand.lock(`${TABLES[what]} where booking_id = ${locked}`);
        await sweep();
        assert.deepEqual([await isThere(locked), await isThere(free)], [true, false]);
      });
      await sweep();
      assert.equal(await isThere(locked), false);
      assert.deepEqual(told, [], 'nothing failed');
      await still.script(`delete from payment_transaction where booking_id is null`);
    });
  }
}

for (const chore of ['holds', 'half bookings'] as const) {
  test(`${chore}: more than a batch of them that are locked stop nothing behind them`, async () => {
    const minutesAgo = chore === 'holds' ? 60 : 'no tracker';
    const locked = await writeBookings(still, 1_050, { minutesAgo });
    const [last = 0] = await writeBookings(still, 1, { minutesAgo: chore === 'holds' ? 1 : 'no tracker' });
    const { sweep } = sweeping(chore);
    await byHand(still, async (hand) => {
      await hand.lock(`booking_seat_mapping where booking_id in (${locked.join()})`);
      await sweep();
      assert.equal(await still.count('booking', `id in (${locked.join()})`), locked.length);
      assert.equal(await isThere(last), false);
    });
    await sweep();
    assert.equal(await still.count('booking', `id in (${locked.join()})`), 0);
  });

  test(`${chore}: a row that cannot be removed is logged, and the others go`, async () => {
    const minutesAgo = chore === 'holds' ? 1 : 'no tracker';
    const all = await writeBookings(still, 120, { minutesAgo });
    const [bad = 0, worse = 0] = [all[7], all[118]];
    await still.script(`
      create function refuse_removal() returns trigger language plpgsql as
        $$ begin raise exception 'this one stays'; end $$;
      create trigger stays before delete on booking for each row
        when (old.id in (${bad}, ${worse})) execute function refuse_removal()`);
    const { sweep, told } = sweeping(chore);
    assert.equal(await sweep(), 118);
    assert.equal(await still.count('booking', `id in (${all.join()})`), 2);
    const named = () => told.flatMap(({ rows }) => rows);
    assert.deepEqual([named(), told.reduce((sum, { failed }) => sum + failed, 0)], [[bad, worse], 2]);

    const [next = 0] = await writeBookings(still, 1, { minutesAgo });
    await sweep();
    assert.equal(await isThere(next), false);
    assert.equal(named().length, 2, 'they are left aside for a while');
    await still.script(`drop trigger stays on booking; drop function refuse_removal`);
    await sweeping(chore).sweep();
    assert.equal(await still.count('booking', `id in (${all.join()})`), 0);
  });
}

test('rows of another tool that refer to a booking hold up that booking alone, locked or not', async () => {
  await still.script(`create table of_another (id bigint primary key, booking_id bigint references booking (id));
    create table loosely (id bigint primary key, booking_id bigint references booking (id) on delete set null)`);
  const [kept = 0, locked = 0, ...free] = await writeBookings(still, 40, { minutesAgo: 1 });
  await still.script(`insert into of_another values (1, ${kept}); insert into loosely values (1, ${locked})`);
  const { sweep, told } = sweeping('holds');
  await byHand(still, async (hand) => {
    await hand.lock('loosely where id = 1');
    const startedAt = performance.now();
    assert.equal(await sweep(), free.length);
    assert.ok(performance.now() - startedAt < 2_000, 'nobody waits as long as a request does for a lock');
  });
  assert.deepEqual(
    told.map(({ rows }) => rows),
    [[kept, locked]],
  );
  await still.script('drop table of_another; drop table loosely');
  await sweeping('holds').sweep();
  assert.equal(await isThere(kept), false);
});

test('an end that is no moment ends a hold or never does, and stops nobody', async () => {
  const show = await app.show();
  const person = await app.customer();
  const [past, future] = [await app.hold(person, show, ['A1']), await app.hold(person, show, ['B1'])].map(
    ({ data }) => Number(data['booking_id']),
  );
  await app.script(`update pending_booking_tracker set expiration_time = 'infinity' where booking_id = ${future};
    update pending_booking_tracker set expiration_time = '-infinity' where booking_id = ${past}`);
  const other = await holdOf(app, 1);
  await eventually(
    'both that are over are gone',
    async () => (await app.count('booking', `id in (${past}, ${other})`)) === 0,
  );
  assert.ok(await isThere(future ?? 0, app));
  const map = await app.get(`/shows/${show}/seat-map`, { as: person });
  const mine = await app.get('/customer/bookings', { as: person });
  assert.deepEqual([map.status, mine.status], [200, 200]);
  assert.equal((await app.get(`/show?id=${show}`, { as: person })).status, 200);
  // A process that starts reads all ends.
  const again = await startApp(wholeFile, { databaseUrl: app.databaseUrl });
  await eventually('it counts', async () => (await metric('skyfox_holds_alive', again)) === 1);
  assert.equal(await metric('skyfox_housekeeping_failures_total{part="ends of holds"}', again), 0);
  await again.needs.monitor.stop();
  await app.script(`delete from booking where id = ${future}`);
});

test('leases end, more than a batch of them at once, and a lease that cannot be ended does not stop the others', async () => {
  await still.script(`
    insert into payment_transaction (payment_method, amount, status, lease_until)
    select 'Card', i, 'Processing', now() - interval '1 minute' from generate_series(1, 350) i;
    create function refuse_change() returns trigger language plpgsql as
      $$ begin raise exception 'this one stays'; end $$;
    create trigger stays before update on payment_transaction for each row
      when (old.amount = 13) execute function refuse_change()`);
  const failed: number[] = [];
  const log = { error: (facts: object) => void failed.push((facts as { failed: number }).failed) };
  assert.equal(await createSweep(endedLeases(still.needs.pool), { log })(), 349);
  assert.deepEqual(failed, [1]);
  assert.equal(await still.count('payment_transaction', `status = 'Unknown'`), 349);
  await still.script('drop trigger stays on payment_transaction; truncate payment_transaction');
});

test('a part of the clean-up that fails is counted and stops no other', async (t) => {
  const own = await startApp(t);
  assert.equal(await metric('skyfox_housekeeping_failures_total{part="leases"}', own), 0);
  await own.script('alter table payment_transaction rename column lease_until to lease_of_old');
  const hold = await holdOf(own, 1);
  await eventually('the hold is gone', async () => !(await isThere(hold, own)));
  const failures = () => metric('skyfox_housekeeping_failures_total{part="leases"}', own);
  await eventually('it is counted', async () => ((await failures()) ?? 0) > 0);
  assert.equal(await metric('skyfox_housekeeping_failures_total{part="holds"}', own), 0);
  const alive = await holdOf(own, -60);
  await eventually('holds are counted', async () => (await metric('skyfox_holds_alive', own)) === 1);
  await own.script(`delete from booking where id = ${alive}`);
});

test('a hold that outlives its end is counted until it is gone, half a booking too', async () => {
  assert.equal(await metric('skyfox_holds_overdue'), 0);
  const [hold = 0] = await writeBookings(app, 1, { minutesAgo: 1 });
  const [half = 0] = await writeBookings(app, 1, { minutesAgo: 'no tracker' });
  // Gone already, unless they were locked from their first moment.
  await app.script(`delete from booking where id in (${hold}, ${half})`);
  const person = await app.customer();
  const held = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  const halved = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  await byHand(app, async (hand) => {
    await hand.lock(`booking_seat_mapping where booking_id in (${held}, ${halved})`);
    await app.script(`delete from pending_booking_tracker where booking_id = ${halved};
      update booking set booking_time = now() - interval '1 hour' where id = ${halved};
      alter table pending_booking_tracker disable trigger seats_follow_hold;
      update pending_booking_tracker set expiration_time = now() - interval '1 minute' where booking_id = ${held};
      alter table pending_booking_tracker enable trigger seats_follow_hold`);
    await eventually('both are counted', async () => (await metric('skyfox_holds_overdue')) === 2);
  });
  await eventually('none is', async () => (await metric('skyfox_holds_overdue')) === 0);
  assert.equal(await app.count('booking', `id in (${held}, ${halved})`), 0);
});
