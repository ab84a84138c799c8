import assert from 'node:assert/strict';
import { execFile, type ChildProcess } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApi } from '../../scripts/evening/api.ts';
import { auditEvening } from '../../scripts/evening/books.ts';
import { planEvening } from '../../scripts/evening/plan.ts';
import { planSlots } from '../../scripts/evening/slots.ts';
import { GOOD_CARD, hold, pay, payBy } from '../../scripts/evening/players.ts';
import { emptyTally, type Tally } from '../../scripts/evening/tally.ts';
import { findAll } from '../../src/checkout/checkout.ts';
import { SETTINGS, startApp, type TestApp } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/process.ts';
import { findings } from '../support/reconcile.ts';

type Ran = { status: number; stdout: string; stderr: string };
type Evening = { ran: Promise<Ran>; child: ChildProcess; printed: () => string };

function runEvening(env: Record<string, string>, ...args: string[]): Evening {
  let printed = '';
  let child: ChildProcess | undefined;
  const ran = new Promise<Ran>((resolve) => {
    child = execFile(
      process.execPath,
      ['scripts/demo-evening.ts', ...args],
      { env: { PATH: process.env['PATH'], ...SETTINGS, ...env } },
      (error, stdout, stderr) => resolve({ status: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdout?.on('data', (text: string) => void (printed += text));
  });
  if (!child) throw new Error('no child');
  return { ran, child, printed: () => printed };
}

/** The numbers of a line of the summary, in their order. */
const numbersOf = (summary: string, line: string) =>
  [...(new RegExp(`^  ${line} .*$`, 'm').exec(summary)?.[0] ?? '').matchAll(/[\d,]*\d(\.\d\d)?/g)].map(
    ([text]) => Number(text.replaceAll(',', '')),
  );

const startDesk = async (t: Parameters<typeof startApp>[0]) => {
  const app = await startApp(t);
  await app.needs.monitor.stop();
  const program = await startProcess(t, { databaseUrl: app.databaseUrl });
  return { app, program, env: { DATABASE_URL: app.databaseUrl, PORT: new URL(program.base).port } };
};

test('an evening’s summary agrees with the database, with reconcile, and with another one of its seed', async (t) => {
  const [one, other] = await Promise.all([startDesk(t), startDesk(t)]);
  const options = ['--minutes', '0.3', '--seed', '42'];
  const [ran, again] = await Promise.all([
    runEvening(one.env, ...options).ran,
    runEvening(other.env, ...options).ran,
  ]);
  for (const { status, stdout, stderr } of [ran, again]) {
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, stdout);
    assert.match(stdout, /^ {2}The wall +http:\/\/localhost:\d+\/app\/wall$/m);
    assert.match(stdout, /^ {2}A hall +http:\/\/localhost:\d+\/app\/show\/\d+ /m);
    assert.match(stdout, /^ {2}Log in +guest\.\w+, password Evening@\w+$/m);
    assert.match(stdout, /^ {2}books +agree with all of this$/m);
    assert.doesNotMatch(stdout, /surprise/);
  }
  await assertTrue(one.app, ran.stdout);
  assert.deepEqual(decisions(ran.stdout), decisions(again.stdout));
});

/** What follows from decisions alone; the number of an attempt, and which customer was first at a seat, do not. */
const decisions = (summary: string) =>
  ['sold', 'declined', 'expired', 'turned away', 'checked in'].map((line) => numbersOf(summary, line));

async function assertTrue(app: TestApp, summary: string): Promise<void> {
  const [sold] = await app.rows<Record<string, number>>(`
    select count(*)::int as bookings, sum(no_of_seats)::int as seats, sum(amount_paid)::float as total,
      count(*) filter (where payment_type = 'Card')::int as card,
      count(*) filter (where payment_type = 'Wallet')::int as wallet,
      count(*) filter (where payment_type = 'Cash')::int as cash,
      count(*) filter (where status = 'CheckedIn')::int as "checkedIn"
    from booking where status <> 'Pending'`);
  assert.deepEqual(numbersOf(summary, 'sold'), [
    sold?.['bookings'],
    sold?.['seats'],
    sold?.['card'],
    sold?.['wallet'],
    sold?.['cash'],
  ]);
  assert.equal(numbersOf(summary, 'takings')[0], sold?.['total']);
  assert.equal(numbersOf(summary, 'checked in')[0], sold?.['checkedIn']);
  const [declined = 0, mistyped = 0] = numbersOf(summary, 'declined');
  assert.equal(await app.count('payment_transaction', `status = 'Failed'`), declined + mistyped);
  for (const line of ['sold', 'declined', 'expired', 'checked in', 'unknown']) {
    assert.ok((numbersOf(summary, line)[0] ?? 0) > 0, `an evening without: ${line}`);
  }

  const { found } = await findings(app.databaseUrl);
  const named = [...summary.matchAll(/attempt (\d+): booking (\d+) of (\S+),/g)].map((match) =>
    match.slice(1).map(String),
  );
  assert.deepEqual(
    named,
    found.attempts.map(({ id, bookingId, customer }) => [id, bookingId, customer].map(String)),
  );
  assert.deepEqual([found.wallets, found.bookings, found.seats], [[], [], []]);
  await assertHouseInOrder(app);
}

test('Ctrl-C ends an evening: what is held is let go, what is sold is summed up', async (t) => {
  const { app, env } = await startDesk(t);
  const { ran, child, printed } = runEvening(env, '--minutes', '3', '--seed', '3');
  await eventually('somebody holds seats', () => / holds /.test(printed()), 30_000);
  // As from a terminal, which sends it, and npm, which passes it on.
  child.kill('SIGINT');
  await sleep(20);
  child.kill('SIGINT');
  const { status, stdout } = await ran;
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^The evening was ended early \(seed 3\)\.$/m);
  assert.match(stdout, /^ {2}books +agree with all of this$/m);
  const unknown = numbersOf(stdout, 'unknown')[0];
  assert.equal(await app.count('booking', `status = 'Pending'`), unknown);
});

test('an evening refuses production and what is not of this desk, and changes nothing there', async (t) => {
  const { app, program, env } = await startDesk(t);
  const { port } = new URL(program.base);
  const production = await startProcess(t, {
    databaseUrl: app.databaseUrl,
    env: { APP_ENV: 'production', PAYMENT_GATEWAY_URL: app.bank.url, HOST: '127.0.0.1' },
  });
  const elsewhere = await startApp(t);
  const away = 'postgresql://skyfox@db.example:5432/skyfox';
  const key = { PAYMENT_GATEWAY_URL: app.bank.url };
  const cases: { env: Record<string, string>; says: RegExp }[] = [
    { env: { ...env, ...key, APP_ENV: 'production' }, says: /^this is production \(APP_ENV=production\);/ },
    {
      env: { ...env, PORT: new URL(production.base).port },
      says: /^the program at \S+ runs for production;/,
    },
    { env: { ...env, DATABASE_URL: away }, says: /^DATABASE_URL is not on this machine;/ },
    {
      env: { ...env, DATABASE_URL: `${app.databaseUrl}?host=db.example` },
      says: /^DATABASE_URL is not on this machine;/,
    },
    {
      env: { ...env, PAYMENT_GATEWAY_URL: 'https://payments.example' },
      says: /^PAYMENT_GATEWAY_URL is not on this machine;/,
    },
    {
      env: { DATA_DIR: '/nowhere', PORT: port },
      says: /^the program at \S+ does not use the database of \/nowhere;/,
    },
    {
      env: { ...env, DATABASE_URL: elsewhere.databaseUrl },
      says: /^the program at \S+ uses another database/,
    },
  ];
  const ran = await Promise.all(cases.map(({ env }) => runEvening(env).ran));
  for (const [place, { status, stderr, stdout }] of ran.entries()) {
    assert.match(stderr, cases[place]?.says ?? /never/);
    assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  }
  for (const { count } of [app, elsewhere]) {
    assert.deepEqual([await count('slot'), await count('booking'), await count('customertable')], [4, 0, 0]);
  }

  const nobody = await runEvening({ ...env, PORT: '9' }).ran;
  assert.equal(nobody.status, 1);
  assert.match(nobody.stderr, /^no SkyFox answers at http:\/\/localhost:9: start one in another terminal/);
});

test('what the books do not agree with is said', async (t) => {
  const app = await startApp(t);
  const [show, customer] = [await app.show(), await app.customer()];
  const api = createApi(app.base);
  const held = await hold(api, customer, { wish: { show, seats: 2, row: 0 } });
  assert.ok(held);
  const before = await findAll(app.pool);
  const sold = await pay(api, customer, held, payBy('Card', GOOD_CARD));
  assert.ok('booking' in sold);
  const faultsOf = async (told: Partial<Tally>) => {
    const tally = { ...emptyTally(), ...told };
    return (await auditEvening(app.pool, { tally, usernames: [customer.username], before })).faults;
  };
  assert.deepEqual(await faultsOf({ sold: [sold] }), []);
  assert.deepEqual(await faultsOf({ sold: [{ ...sold, amount: 399 }] }), [
    'card: the players say 399, the books say 400',
  ]);
  assert.deepEqual(await faultsOf({}), ['unknownToPlayers: the players say 0, the books say 1']);
  assert.deepEqual(
    await faultsOf({ sold: [sold], declined: 1, checkedIn: [sold.booking], unknown: [held] }),
    [
      'checkedIn: the players say 1, the books say 0',
      'failedPayments: the players say 1, the books say 0',
      'reconcile lists 0 of 1 payments with an unknown outcome',
    ],
  );
});

test('all decisions of an evening follow from its seed and its length', () => {
  for (const minutes of [0.2, 3, 30]) {
    const plan = planEvening({ seed: 5, minutes });
    assert.deepEqual(planEvening({ seed: 5, minutes }), plan);
    assert.notDeepEqual(planEvening({ seed: 6, minutes }), plan);
    assert.ok(plan.parties.length >= 36);
    assert.ok(plan.parties.every(({ arrives }) => arrives >= 0 && arrives < 0.9));
  }
});

test('the first show is one of today’s whose door is open, or tomorrow’s where today is too short', () => {
  const at = (hour: number, minute: number) => ({ date: '2026-12-31', minute: hour * 60 + minute });
  assert.deepEqual(planSlots(at(9, 3), 3), [
    { date: '2026-12-31', start: '10:00', end: '12:30' },
    { date: '2026-12-31', start: '12:40', end: '15:10' },
  ]);
  assert.deepEqual(planSlots(at(22, 59), 3), [
    { date: '2026-12-31', start: '23:55', end: '02:25' },
    { date: '2027-01-01', start: '02:35', end: '05:05' },
  ]);
  assert.equal(planSlots(at(23, 30), 3)[0].start, '23:55');
  assert.deepEqual(planSlots(at(23, 50), 3)[0], { date: '2027-01-01', start: '00:50', end: '03:20' });
  assert.deepEqual(planSlots(at(23, 10), 30)[0], { date: '2026-12-31', start: '23:55', end: '02:25' });
  assert.deepEqual(planSlots(at(23, 11), 30)[0], { date: '2027-01-01', start: '00:10', end: '02:40' });
});
