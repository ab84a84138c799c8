import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp, type TestApp } from '../support/app.ts';
import { assertHouseInOrder, assertMoneyInOrder } from '../support/books.ts';
import { sendCrowd, type Outcome } from '../support/crowd.ts';
import { eventually } from '../support/eventually.ts';
import { familyOf, memoryOf } from '../support/memory.ts';
import { startProcess, type Child } from '../support/process.ts';

const CLIENTS = 5_000;
const BALANCE = 2_000;
// Fifty seats at 200 and fifty at 350.
const PRICE_OF_ALL = 27_500;
const MOST_SECONDS = 40;
// What is known of five thousand people stays known; each of their connections, requests and refusals must be gone.
const MOST_KEPT_MB = 30;

test('five thousand clients buy one show to its last seat, each seat once, from one process', (t) =>
  playCrowd(t, { processes: 1, mostMb: 800 }));

test('five thousand clients buy one show to its last seat, each seat once, from two processes', (t) =>
  playCrowd(t, { processes: 2, mostMb: 1_200 }));

async function playCrowd(t: TestContext, { processes, mostMb }: { processes: number; mostMb: number }) {
  const app = await startApp(t);
  const program = await startProcess(t, {
    databaseUrl: app.databaseUrl,
    env: { WEB_CONCURRENCY: String(processes), LOG_LEVEL: 'warn', DATABASE_POOL_MAX: '10' },
    imports: ['./test/support/collect-garbage.ts'],
  });
  const people = await app.customers(CLIENTS, { balance: BALANCE.toFixed(2) });
  const show = await app.show();
  const before = await heapInUseMb(program);

  const outcome = await sendCrowd({ base: program.base, show, people, waverers: 10 }, MOST_SECONDS);
  t.diagnostic(`sold out after ${outcome.seconds.toFixed(1)} s`);
  t.diagnostic(JSON.stringify(outcome.answers));
  assert.deepEqual(outcome.faults.slice(0, 10), [], 'nothing but 2xx, 4xx and 503 with Retry-After');
  const errors = program.output().match(/^{"level":[56]0.*/gm) ?? [];
  assert.deepEqual(errors.slice(0, 3), [], 'to be busy is no error');
  await assertSoldOnce(app, show, outcome);

  await eventually('nothing is in flight', async () => (await figure(program, 'requests_in_flight')) === 0);
  const { nowMb, peakMb } = memoryOf(program.pid ?? 0);
  const after = await heapInUseMb(program);
  t.diagnostic(`resident: ${peakMb.toFixed(0)} MB at most, ${nowMb.toFixed(0)} MB at the end`);
  t.diagnostic(`heaps in use: ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`);
  assert.ok(peakMb < mostMb, `${peakMb} MB at most`);
  assert.ok(after - before < MOST_KEPT_MB * processes, `${after - before} MB are kept`);
}

/** All seats are in one confirmed booking each, paid by exactly the customers who were told so. */
async function assertSoldOnce(app: TestApp, show: number, { bookings }: Outcome): Promise<void> {
  const [seats] = await app.rows<object>(`
    select count(*) as rows, count(distinct seat_number) as seats,
      count(*) filter (where status = 'Confirmed' and held_until is null) as sold
    from booking_seat_mapping seat join booking on booking.id = booking_id where seat.show_id = ${show}`);
  assert.deepEqual(seats, { rows: 100, seats: 100, sold: 100 });
  const all = await app.rows<{ id: number }>(`select id from booking order by id`);
  const told = bookings.toSorted((a, b) => a - b);
  assert.deepEqual(
    all.map(({ id }) => id),
    told,
    'no booking that nobody knows of',
  );
  const [money] = await app.rows<object>(`
    select (select sum(amount_paid) from booking)::float as prices,
      (select ${CLIENTS * BALANCE} - sum(balance) from customer_wallet)::float as paid`);
  assert.deepEqual(money, { prices: PRICE_OF_ALL, paid: PRICE_OF_ALL });
  await assertHouseInOrder(app);
  await assertMoneyInOrder(app, []);
}

/** Of all processes that answer, without their garbage. */
async function heapInUseMb(program: Child): Promise<number> {
  // What a collection lets go by way of finalizers only the next one frees.
  for (let i = 0; i < 3; i++) {
    for (const pid of familyOf(program.pid ?? 0)) process.kill(pid, 'SIGUSR2');
    await sleep(250);
  }
  return (await figure(program, 'nodejs_heap_size_used_bytes')) / 1e6;
}

async function figure(program: Child, name: string): Promise<number> {
  const { text } = await program.get('/metrics');
  return Number(new RegExp(`${name} (\\d+)`).exec(text)?.[1]);
}
