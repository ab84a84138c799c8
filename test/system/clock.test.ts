import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from '../../src/platform/database/db.ts';
import { startApp, type Person, type TestApp } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/process.ts';

const shiftedClock = fileURLToPath(new URL('../support/shifted-clock.ts', import.meta.url));
const HOUR_MS = 3_600_000;

// Its database, its bank and its people; the processes that answer have wrong clocks.
const app = await startApp(wholeFile);
await app.needs.monitor.stop();

/** A show that starts so many minutes from now by the database's clock, in a slot of its own. */
async function showIn({ pool }: TestApp, minutes: number): Promise<number> {
  const { rows } = await pool.run<{ id: number }>(sql`
    with moment as (select (clock_timestamp() at time zone 'UTC') + make_interval(mins => ${minutes}) as starts_at),
    own as (
      insert into slot (name, start_time, end_time)
      select 'At ' || starts_at, starts_at::time, (starts_at + interval '3 hours')::time from moment
      returning id
    )
    insert into show (movie_id, date, slot_id, cost)
    select 'tt0111161', starts_at::date, own.id, 200 from moment, own
    returning id`);
  return rows[0]?.id ?? 0;
}

for (const [title, shiftMs] of [
  ['an hour ahead', HOUR_MS],
  ['an hour behind', -HOUR_MS],
] as const) {
  test(`a process whose clock is ${title} judges as all others do`, async (t) => {
    const env = { SHIFT_MS: String(shiftMs), PAYMENT_GATEWAY_URL: app.bank.url };
    const wrong = await startProcess(t, { ...app, env, imports: [shiftedClock] });
    const [person, rival] = (await app.customers(2)) as [Person, Person];
    const [soon, begun] = [await showIn(app, 30), await showIn(app, -30)];
    const codeOf = async (answer: ReturnType<typeof wrong.get>) => (await answer).code;

    const held = await wrong.hold(person, soon, ['A1', 'A2']);
    assert.equal(held.code, '201');
    const endsInMs = Date.parse(String(held.data['expiration_time'])) - Date.now();
    assert.ok(Math.abs(endsInMs - 300_000) < 5_000, `the hold ends in ${endsInMs} ms`);
    assert.equal(await codeOf(wrong.hold(person, begun, ['A1'])), 'SHOW_ALREADY_STARTED');
    assert.equal(await codeOf(wrong.hold(rival, soon, ['A1'])), 'SEATS_UNAVAILABLE');
    const booking = Number(held.data['booking_id']);
    assert.equal(await codeOf(wrong.pay(person, booking)), '200');

    const days = await app.rows<{ inside: string; outside: string }>(`
      select to_char(day + 6, 'YYYY-MM-DD') as inside, to_char(day + 7, 'YYYY-MM-DD') as outside
      from (select (clock_timestamp() at time zone 'UTC')::date as day) today`);
    assert.equal(await codeOf(wrong.get(`/shows?date=${days[0]?.inside}`, { as: person })), '200');
    assert.equal(
      await codeOf(wrong.get(`/shows?date=${days[0]?.outside}`, { as: person })),
      'DATE_OUT_OF_RANGE',
    );

    const other = Number((await wrong.hold(person, soon, ['B1'])).data['booking_id']);
    const kept = Number((await wrong.hold(person, soon, ['C1'])).data['booking_id']);
    const startedAt = performance.now();
    await app.age(other, -0.5);
    const isGone = async () => (await app.count('booking', `id = ${other}`)) === 0;
    await eventually('the hold is gone', isGone);
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs > 450, `the hold ended ${500 - tookMs} ms early`);
    assert.equal(await codeOf(wrong.hold(rival, soon, ['B1'])), '201');
    assert.equal(await app.count('booking', `id in (${booking}, ${kept})`), 2, 'nothing else ended');
    await assertHouseInOrder(app);
  });
}
