import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, startApp, type Person, type TestApp } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { eventually } from '../support/eventually.ts';
import { findings, reconcile } from '../support/reconcile.ts';

const CUT = { ...CARD, card_number: '4000000000000341' };

type Row = Record<string, unknown>;
const attemptOf = async (app: TestApp, person: Person): Promise<{ id: number } & Row> => {
  const [attempt] = await app.rows<{ id: number } & Row>(
    `select * from payment_transaction
    where customer_username = '${person.username}' and payment_method = 'Card' order by id desc limit 1`,
  );
  assert.ok(attempt);
  return attempt;
};
const resolve = async (app: TestApp, person: Person, outcome: string, ...args: string[]) =>
  reconcile(app.databaseUrl, '--resolve', String((await attemptOf(app, person)).id), outcome, ...args);
const balance = async (app: TestApp, as: Person) =>
  Number((await app.get('/customer/wallet', { as })).data['balance']);

/** A hold whose payment was charged, which nobody knows. */
async function unknownPayment(
  app: TestApp,
  { balance = '0.00', seats = ['A1', 'A2'], method = 'Card' } = {},
) {
  const [person, show] = [await app.customer({ balance }), await app.show()];
  const booking = Number((await app.hold(person, show, seats)).data['booking_id']);
  const answer = await app.pay(person, booking, { payment_method: method, ...CUT });
  assert.equal(answer.code, 'PAYMENT_SERVICE_ERROR');
  return { person, show, booking };
}

test('an untouched house is in order: status 0, in words and as JSON', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  assert.equal(
    (await app.pay(person, Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id'])))
      .code,
    '200',
  );
  const said = await reconcile(app.databaseUrl);
  assert.deepEqual([said.status, said.stderr], [0, '']);
  assert.equal(said.stdout, 'attempts: in order\nwallets: in order\nbookings: in order\nseats: in order\n');
  const { status, found } = await findings(app.databaseUrl);
  assert.equal(status, 0);
  assert.deepEqual(found, {
    attempts: [],
    wallets: [],
    bookings: [],
    seats: [],
    beforeTakeOver: { attempts: 0, wallets: 0, bookings: 0, seats: 0 },
  });
});

test('everything that does not add up is found, with status 1, and shown by the gauges', async (t) => {
  const app = await startApp(t);
  const { person, booking } = await unknownPayment(app);
  const lost = await app.customer({ balance: '10.00' });
  const unpaid = await unknownPayment(app, { seats: ['B1'] });
  await app.script(`
    update payment_transaction set transaction_id = 'tx-1' where original_booking_id = ${unpaid.booking};
    update customer_wallet set balance = 11 where username = '${lost.username}';
    update booking set status = 'Confirmed' where id = ${unpaid.booking};
    alter table booking_seat_mapping drop constraint unique_show_seat;
    insert into booking_seat_mapping (booking_id, show_id, seat_number)
    select ${unpaid.booking}, show_id, 'A1' from booking where id = ${booking};
    update booking set show_id = (select show_id from booking where id = ${booking}) where id = ${unpaid.booking}`);

  const { status, found } = await findings(app.databaseUrl);
  assert.equal(status, 1);
  const attempts = found.attempts.map(({ problem, customer, bookingId, amount, transactionId }) => [
    problem,
    customer,
    bookingId,
    amount,
    transactionId,
  ]);
  assert.deepEqual(attempts, [
    ['outcome unknown', person.username, booking, '400.00', null],
    ['charged, not confirmed', unpaid.person.username, unpaid.booking, '200.00', 'tx-1'],
  ]);
  assert.deepEqual(found.wallets, [{ username: lost.username, balance: '11.00', history: '10.00' }]);
  assert.deepEqual(
    found.bookings.map(({ id, customer, amount }) => [id, customer, amount]),
    [[unpaid.booking, unpaid.person.username, '200.00']],
  );
  assert.deepEqual(
    found.seats.map(({ seat, bookings }) => [seat, bookings]),
    [['A1', [booking, unpaid.booking]]],
  );

  const watching = await startApp(t, app);
  const gauge = (kind: string, count: number) => `skyfox_reconcile_findings{kind="${kind}"} ${count}`;
  const shown = [gauge('attempts', 2), gauge('wallets', 1), gauge('bookings', 1), gauge('seats', 1)];
  await eventually('the gauges show it', async () => {
    const { text } = await watching.get('/metrics');
    return shown.every((line) => text.includes(line));
  });
  const said = await reconcile(app.databaseUrl);
  assert.equal(said.status, 1);
  for (const words of [
    'attempts: 2',
    'wallets: 1',
    'bookings: 1',
    'seats: 1',
    'outcome unknown',
    lost.username,
  ])
    assert.ok(said.stdout.includes(words), words);
});

test('a wallet payment whose booking is gone, and a lease that nobody ended, are found too', async (t) => {
  const app = await startApp(t);
  await app.needs.monitor.stop();
  const dead = await unknownPayment(app);
  await app.script(
    `update payment_transaction set status = 'Processing', lease_until = now() - interval '1 s'`,
  );
  const rich = await app.customer({ balance: '900.00' });
  const booking = Number((await app.hold(rich, await app.show(), ['A1'])).data['booking_id']);
  await app.pay(rich, booking, { payment_method: 'Wallet' });
  await app.script(`delete from booking where id = ${booking}`);

  const { found } = await findings(app.databaseUrl);
  assert.deepEqual(
    found.attempts.map(({ customer, bookingId }) => [customer, bookingId]),
    [
      [dead.person.username, dead.booking],
      [rich.username, booking],
    ],
  );
  assert.equal((await resolve(app, dead.person, 'failed')).status, 0, 'no program need run');
  const [paid] = await app.rows<{ id: number }>(
    `select id from payment_transaction where payment_method = 'Wallet'`,
  );
  assert.equal((await reconcile(app.databaseUrl, '--resolve', String(paid?.id), 'credited')).status, 0);
  assert.equal(await balance(app, rich), 900);
  assert.equal((await findings(app.databaseUrl)).status, 0);
});

test('an attempt records once which operator resolved it, when and how', async (t) => {
  const app = await startApp(t);
  const { person } = await unknownPayment(app);
  const done = await resolve(app, person, 'refunded', '--by', 'Meera of the box office');
  const { id } = await attemptOf(app, person);
  assert.deepEqual(done, {
    status: 0,
    stdout: `attempt ${id} is settled: refunded, by Meera of the box office\n`,
    stderr: '',
  });
  const { status, resolution, resolved_by, resolved_at } = await attemptOf(app, person);
  assert.deepEqual([status, resolution, resolved_by], ['Refunded', 'refunded', 'Meera of the box office']);
  assert.ok(Math.abs(Date.now() - Number(resolved_at)) < 60_000);

  const before = await attemptOf(app, person);
  for (const outcome of ['refunded', 'credited']) {
    const again = await resolve(app, person, outcome, '--by', 'somebody else');
    assert.equal(again.status, 1);
    assert.match(again.stderr, new RegExp(`attempt ${id} was settled before: refunded`));
  }
  assert.deepEqual(await attemptOf(app, person), before);
  assert.equal(await balance(app, person), 0);
  await audit(app.pool, app.bank.charges());
});

test('arguments that make no sense are told with the usage, and change nothing', async (t) => {
  const app = await startApp(t);
  await unknownPayment(app);
  const senseless = [
    ['--resolve', '1'],
    ['--resolve', '1', 'forgiven'],
    ['--resolve', 'one', 'failed'],
    ['--resolve', '1', 'failed', 'refunded'],
    ['1', 'failed'],
    ['--settle', '1'],
  ];
  for (const { status, stdout, stderr } of await Promise.all(
    senseless.map((args) => reconcile(app.databaseUrl, ...args)),
  )) {
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(
      stderr,
      /npm run reconcile -- \[--json\] \[--resolve ID refunded\|credited\|confirmed\|failed/,
    );
  }
  assert.equal(await app.count('payment_transaction', `status = 'Unknown'`), 1);
});

test('what was there before the database was taken over is counted, not listed', async (t) => {
  const app = await startApp(t);
  const { person, booking } = await unknownPayment(app);
  await app.script(`
    update booking set status = 'Confirmed' where id = ${booking};
    update take_over set last_booking_id = ${booking}, last_payment_id = (select max(id) from payment_transaction);
    update customer_wallet set balance = 77 where username = '${person.username}';
    insert into wallet_opening_difference (wallet_id, amount, last_transaction_id)
    select id, 77, 0 from customer_wallet where username = '${person.username}'`);
  const { status, found } = await findings(app.databaseUrl);
  const { beforeTakeOver, ...listed } = found;
  assert.equal(status, 0);
  assert.deepEqual(listed, { attempts: [], wallets: [], bookings: [], seats: [] });
  assert.deepEqual(beforeTakeOver, { attempts: 1, wallets: 1, bookings: 1, seats: 0 });
  const said = await reconcile(app.databaseUrl);
  assert.match(said.stdout, /from before the database was taken over: 1 attempts, 1 wallets, 1 bookings/);

  await app.script(`update customer_wallet set balance = 78 where username = '${person.username}'`);
  const after = await findings(app.databaseUrl);
  assert.deepEqual(after.found.wallets, [{ username: person.username, balance: '78.00', history: '77.00' }]);
});
