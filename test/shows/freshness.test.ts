import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp, type TestApp } from '../support/app.ts';
import type { Answer } from '../support/call.ts';
import { createDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/process.ts';
import { startProxy } from '../support/tcp-proxy.ts';

type Seat = { seat_number: string; occupied: boolean; price: string };
const seatsOf = ({ data }: Answer) =>
  Object.values((data as unknown as { seat_map: Record<string, Seat[]> }).seat_map).flat();
const takenIn = (answer: Answer) =>
  seatsOf(answer)
    .filter(({ occupied }) => occupied)
    .map(({ seat_number }) => seat_number);

/** Milliseconds until it holds, at most `withinMs`. */
async function timeUntil(what: string, withinMs: number, holds: () => Promise<boolean>): Promise<number> {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  while (!(await holds())) assert.ok(elapsedMs() < withinMs, `${what} took more than ${withinMs} ms`);
  return elapsedMs();
}

/** Counts the statements that read what is taken. */
function countReads(app: TestApp, t: TestContext) {
  const { pool } = app.needs;
  const run = pool.run.bind(pool);
  const reads: unknown[] = [];
  t.mock.method(pool, 'run', (statement: Parameters<typeof run>[0]) => {
    if (statement.text.includes('left join booking_seat_mapping taken')) reads.push(statement.values[0]);
    return run(statement);
  });
  return reads;
}

const isHeard = (app: TestApp) =>
  eventually('a heartbeat came back', async () => app.needs.seats.hearsChanges());

test('a map that nothing changed is read once in a second and a half while notices arrive', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const map = `/shows/${await app.show()}/seat-map`;
  await isHeard(app);
  const reads = countReads(app, t);
  const until = performance.now() + 1_500;
  let answers = 0;
  for (; performance.now() < until; answers++) await app.get(map, { as: asha });
  assert.ok(reads.length <= 3, `${reads.length} statements for ${answers} answers in 1.5 s`);
});

test('maps that are asked for at once, and those that grow old together, are read in one statement', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const shows = await Promise.all(Array.from({ length: 20 }, () => app.show()));
  await isHeard(app);
  const reads = countReads(app, t);
  const lookAtAll = () =>
    Promise.all(
      shows.map((show) => app.inject({ url: `/shows/${show}/seat-map`, headers: headersOf(asha) })),
    );
  await lookAtAll();
  assert.ok(reads.length <= 3, `${reads.length} statements`);
  reads.length = 0;
  await sleep(1_100);
  await lookAtAll();
  const another = await app.show();
  await app.get(`/shows/${another}/seat-map`, { as: asha });
  await eventually('those in use were read along', async () => new Set(reads.flat()).size === 21);
  assert.ok(reads.length <= 3, `${reads.length} statements`);
});

const headersOf = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });

test('what somebody writes by SQL, seats and prices and shows, is seen within two seconds everywhere', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const show = await app.show({ days: 1 });
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const map = () => app.get(`/shows/${show}/seat-map`, { as: asha });
  const list = async () => (await app.get(`/shows?date=${day}`, { as: asha })).data[0];
  const ask = async () => [await map(), await list()] as const;
  await isHeard(app);
  const [, before] = await ask();
  assert.equal(before?.['availableseats'], 100);

  await app.script(`
    with sold as (
      insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
      select date, id, '${asha.username}', 1, 200, 'Confirmed', 'Card' from show where id = ${show}
      returning id
    )
    insert into booking_seat_mapping (booking_id, show_id, seat_number) select id, ${show}, 'C3' from sold`);
  await timeUntil('a seat sold by SQL', 2_000, async () => takenIn(await map()).includes('C3'));
  await timeUntil('the count of it', 2_000, async () => (await list())?.['availableseats'] === 99);

  await app.script(`update show set cost = 250 where id = ${show}`);
  const costs = async (price: string) => seatsOf(await map())[0]?.price === price;
  await timeUntil('a price changed by SQL', 2_000, () => costs('250.00'));
  await timeUntil('the price in the list', 2_000, async () => (await list())?.['cost'] === 250);

  await app.script(`update seat set seat_type = 'Deluxe' where seat_number = 'A1'`);
  await timeUntil('a seat changed by SQL', 2_000, () => costs('400.00'));
  await app.script(`update slot set name = 'Dawn' where id = 1`);
  const slotName = async () => ((await list())?.['slot'] as { name?: string } | undefined)?.name;
  await timeUntil('a slot changed by SQL', 2_000, async () => (await slotName()) === 'Dawn');
});

test('a line for notices that is dead without a word makes no map older than a quarter of a second', async (t) => {
  const { url } = await createDatabase(t);
  const proxy = await startProxy(t, url);
  const app = await startApp(t, {
    databaseUrl: url,
    env: { DATABASE_URL: url, DATABASE_DIRECT_URL: proxy.url },
  });
  const other = await startApp(t, { databaseUrl: url });
  const asha = await app.customer();
  const show = await app.show();
  const map = () => app.get(`/shows/${show}/seat-map`, { as: asha });
  await isHeard(app);
  await map();
  proxy.hang();
  for (const seat of ['A1', 'A2', 'A3', 'A4', 'A5']) {
    await map();
    assert.equal((await other.hold(asha, show, [seat])).status, 201);
    const tookMs = await timeUntil('a sale elsewhere', 2_000, async () =>
      takenIn(await map()).includes(seat),
    );
    // The request that reads it takes its time too.
    assert.ok(tookMs < 1_200, `${seat} was seen after ${tookMs} ms`);
  }
  assert.equal(app.needs.seats.hearsChanges(), false);
});

test('a sale whose process died before it told others is seen within two seconds', async (t) => {
  const app = await startApp(t);
  const proxy = await startProxy(t, app.databaseUrl);
  const asha = await app.customer();
  const show = await app.show();
  const map = () => app.get(`/shows/${show}/seat-map`, { as: asha });
  const dying = await startProcess(t, { databaseUrl: proxy.url });
  await isHeard(app);
  await map();
  const isLost = proxy.trap(({ text }) => text.includes('"showId":'), 'cut');
  const body = { show_id: show, seat_numbers: ['A1'] };
  assert.equal((await dying.call('POST', '/customer/booking/initialize', { as: asha, body })).status, 201);
  await isLost;
  await dying.kill('SIGKILL');
  await timeUntil('the sale', 2_000, async () => takenIn(await map()).includes('A1'));
});
