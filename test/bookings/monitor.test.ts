import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startMonitor } from '../../src/bookings/bookings.ts';
import type { Sql, Statement, Tx } from '../../src/platform/database/db.ts';
import { CARD, startApp, type TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';

/** A monitor on statements that the test sees, and may hold up. */
async function watched(t: TestContext, app: TestApp) {
  await app.needs.monitor.stop();
  const statements: string[] = [];
  let gate: Promise<void> = Promise.resolve();
  const watching = (sql: Sql): Sql => ({
    async run(statement: Statement) {
      statements.push(statement.text);
      if (!statement.text.includes('lock_timeout')) await gate;
      return sql.run(statement);
    },
  });
  const on = {
    ...watching(app.pool),
    transaction: <T>(work: (tx: Tx) => Promise<T>) => app.pool.transaction((tx) => work(watching(tx) as Tx)),
  };
  const told: unknown[] = [];
  t.mock.method(app.needs.seats, 'changed', async (change: object) => void told.push(change));
  const counted: number[] = [];
  const monitor = startMonitor({
    ...app.needs,
    on,
    holdSeconds: 300,
    onExpired: (holds) => counted.push(holds.length),
  });
  t.after(() => monitor.stop());
  const holdUp = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return resolve;
  };
  const expiries = () =>
    statements.filter(
      (text) => /from pending_booking_tracker tracker\s/.test(text) && !text.includes('skip locked'),
    ).length;
  return { monitor, statements, told, counted, holdUp, expiries };
}

const over = async (app: TestApp, ...seats: string[]) => {
  const [person, show] = [await app.customer(), await app.show()];
  const ids: number[] = [];
  for (const seat of seats) {
    const id = Number((await app.hold(person, show, [seat])).data['booking_id']);
    await app.age(id);
    ids.push(id);
  }
  return { show, ids };
};

test('watchers of a seat map are told of a removed hold, and it is counted', async (t) => {
  const app = await startApp(t);
  const { monitor, told, counted } = await watched(t, app);
  const { show, ids } = await over(app, 'A1', 'A2');
  told.length = 0;
  monitor.look();
  await eventually('they are gone', async () => (await app.count('booking')) === 0);
  await eventually('it is told', () => told.length === 2);
  assert.deepEqual(
    told.map((change) => (change as { showId: number }).showId),
    [show, show],
  );
  assert.deepEqual(counted, [ids.length]);
});

test('a hold that ends while others are being removed is not forgotten', async (t) => {
  const app = await startApp(t);
  const { monitor, holdUp, expiries } = await watched(t, app);
  const letGo = holdUp();
  monitor.look();
  await eventually('it looks', () => expiries() === 1);
  monitor.look();
  monitor.look();
  letGo();
  await eventually('it looks again', () => expiries() >= 2);
});

test('a stop waits for what is under way, and nothing follows it', async (t) => {
  const app = await startApp(t);
  const { monitor, statements, holdUp } = await watched(t, app);
  monitor.watch(60);
  const letGo = holdUp();
  monitor.look();
  await eventually('it looks', () => statements.length > 0);
  let stopped = false;
  const stopping = monitor.stop().then(() => (stopped = true));
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(stopped, false);
  letGo();
  await stopping;
  const atTheEnd = statements.length;
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.equal(statements.length, atTheEnd, 'neither its deadline nor its sweep comes any more');
});

test('after a refused payment the end of its hold is looked at at once', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  const booking = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  const look = t.mock.method(app.needs.monitor, 'look');
  const declined = await app.pay(person, booking, {
    payment_method: 'Card',
    ...CARD,
    card_number: '4000000000000002',
  });
  assert.equal(declined.code, 'PAYMENT_FAILED');
  assert.equal(look.mock.callCount(), 1);
});

test('the answer to whatever takes or frees seats waits until other processes have heard of it', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  const show = await app.show();
  const booking = Number((await app.hold(person, show, ['A1'])).data['booking_id']);
  const heard = Promise.withResolvers<void>();
  const changed = t.mock.method(app.needs.seats, 'changed', () => heard.promise);
  const walkIn = {
    show_id: show,
    customer_name: 'Walk In',
    phone_number: '9876543210',
    seat_numbers: ['A2'],
  };
  let answered = 0;
  const asking = [
    app.hold(person, show, ['A3']),
    app.cancel(person, booking),
    app.post('/admin/create-customer-booking', { as: app.admin, body: walkIn }),
  ].map((answer) => answer.finally(() => (answered += 1)));
  await eventually('all three are written', () => changed.mock.callCount() === 3);
  assert.equal(answered, 0);
  heard.resolve();
  assert.deepEqual(
    (await Promise.all(asking)).map(({ status }) => status),
    [201, 200, 201],
  );
});
