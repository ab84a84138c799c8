import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { resolveAttempt } from '../../src/bookings/bookings.ts';
import { findAll, type Resolution } from '../../src/payments/payments.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startFreezing, type Frozen } from '../support/freeze.ts';
import { endLeases } from '../support/recovery.ts';

// The other process: it sweeps, takes the second payments, and shows what there is to reconcile.
const app = await startApp(wholeFile, { env: { PAYMENT_TIMEOUT_SECONDS: '3' } });
const LEASE_SECONDS = 23;

type Attempt = {
  id: number;
  key: string;
  status: string;
  resolution: string | null;
  transaction: string | null;
};
const attemptsOf = ({ username }: Person) =>
  app.rows<Attempt>(`select id, attempt_id as key, status, resolution, transaction_id as transaction
    from payment_transaction where customer_username = '${username}' and payment_method = 'Card' order by id`);
const statesOf = async (person: Person) => (await attemptsOf(person)).map(({ status }) => status);
const chargesOf = async (person: Person) => {
  const keys = new Set((await attemptsOf(person)).map(({ key }) => key));
  return app.bank.charges().filter(({ key }) => keys.has(key ?? ''));
};
const listed = async (person: Person) =>
  (await findAll(app.pool)).attempts.filter(({ customer }) => customer === person.username);
const balance = async (as: Person) => Number((await app.get('/customer/wallet', { as })).data['balance']);
const isPaid = (id: number) => `id = ${id} and status = 'Confirmed'`;

type Deal = {
  person: Person;
  /** Asks a process for what costs money. */
  buy: (where: Pick<Frozen, 'post'>, card?: object) => ReturnType<Frozen['post']>;
  /** Whether it was had, once. */
  isHad: () => Promise<boolean>;
};

/** A hold to pay. */
async function booking({ balance: amount = '0.00', method = 'Card' } = {}): Promise<Deal & { id: number }> {
  const person = await app.customer({ balance: amount });
  const id = Number((await app.hold(person, await app.show(), ['A1', 'A2'])).data['booking_id']);
  const buy: Deal['buy'] = (where, card = CARD) =>
    where.post('/customer/booking/payment', {
      as: person,
      body: { booking_id: id, payment_method: method, ...card },
    });
  return { person, id, buy, isHad: async () => (await app.count('booking', isPaid(id))) === 1 };
}

async function topUp(): Promise<Deal> {
  const person = await app.customer();
  const body = { ...CARD, amount: 12.5 };
  return {
    person,
    buy: (where, card = CARD) =>
      where.post('/customer/wallet/add-funds', { as: person, body: { ...body, ...card } }),
    isHad: async () => (await balance(person)) === 12.5,
  };
}
const DEALS = {
  'a payment': () => booking(),
  'a shortfall': () => booking({ balance: '150.00', method: 'Wallet' }),
  'a top-up': topUp,
};

// What an operator may say of a charge that he takes for another one.
const WORDS: Record<string, readonly Resolution[]> = {
  'a payment': ['refunded', 'credited', 'confirmed'],
  'a shortfall': ['confirmed'],
  'a top-up': ['credited'],
};

/** A process that stands still at `point` of the deal until everybody else has given it up. */
async function givenUp(t: TestContext, point: string, deal: Deal) {
  const frozen = await startFreezing(t, app, point, { PAYMENT_TIMEOUT_SECONDS: '3' });
  const asked = deal.buy(frozen);
  await frozen.frozen();
  await endLeases(app.pool);
  await eventually('the sweep gives it up', async () => (await statesOf(deal.person))[0] === 'Unknown');
  const [attempt] = await attemptsOf(deal.person);
  assert.ok(attempt);
  const settle = (resolution: Resolution, transactionId?: string) =>
    resolveAttempt(app.pool, { id: attempt.id, resolution, by: 'test', zone: 'UTC', transactionId });
  const thaw = async () => {
    await frozen.thaw({ afterSeconds: LEASE_SECONDS });
    return asked;
  };
  return { frozen, attempt, settle, thaw };
}

for (const [what, makeDeal] of Object.entries(DEALS)) {
  for (const point of ['charge before', 'charge connected']) {
    test(`${what} whose process stands still at "${point}" past its lease, and is paid anew meanwhile, is charged once`, async (t) => {
      const deal = await makeDeal();
      const { settle, thaw } = await givenUp(t, point, deal);
      await settle('failed');
      assert.equal((await deal.buy(app)).code, '200');

      const late = await thaw();
      assert.deepEqual([late.status, late.code], [503, 'SERVICE_UNAVAILABLE']);
      assert.match(late.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
      assert.equal((await chargesOf(deal.person)).length, 1, 'nothing was sent');
      assert.ok(await deal.isHad());
      assert.deepEqual(await statesOf(deal.person), ['Failed', 'Completed']);
      assert.deepEqual(await listed(deal.person), []);
    });
  }

  test(`${what} that was given up, of which nobody has spoken yet, has failed when its process knows that it sent nothing`, async (t) => {
    const deal = await makeDeal();
    const { thaw } = await givenUp(t, 'charge connected', deal);
    assert.equal((await thaw()).status, 503);
    assert.deepEqual(await statesOf(deal.person), ['Failed']);
    assert.equal((await deal.buy(app)).code, '200', 'it can be paid at once');
    assert.equal((await chargesOf(deal.person)).length, 1);
  });

  test(`${what} that is charged out of the gap between the last look and the first byte is listed beside the second charge`, async (t) => {
    const deal = await makeDeal();
    const { frozen, attempt, settle, thaw } = await givenUp(t, 'charge checked', deal);
    await settle('failed');
    assert.equal((await deal.buy(app)).code, '200');

    const late = await thaw();
    assert.deepEqual([late.status, late.code], [409, 'PAYMENT_UNRESOLVED']);
    const charges = await chargesOf(deal.person);
    assert.equal(charges.length, 2);
    const transactionId = charges.find(({ key }) => key === attempt.key)?.transaction_id;
    const [finding, ...others] = await listed(deal.person);
    assert.deepEqual(
      [finding?.id, finding?.problem, finding?.transactionId, others],
      [attempt.id, 'charged, not confirmed', transactionId, []],
    );
    assert.match(finding?.reason ?? '', /charged after it was settled: failed/);
    const says = `"level":50.*"transactionId":"${transactionId}".*reconcile it again`;
    await eventually('the log says so', () => new RegExp(says).test(frozen.output()));
    await assert.rejects(settle('failed'), /was charged/);
    await settle('refunded');
    assert.deepEqual(await listed(deal.person), []);
    assert.ok(await deal.isHad());
  });

  for (const word of WORDS[what] ?? []) {
    test(`${what} that is charged after an operator took another charge for it, and ${word} that, is listed, and not done twice`, async (t) => {
      const deal = await makeDeal();
      const { settle, thaw } = await givenUp(t, 'charge checked', deal);
      await settle(word);
      const before = await balance(deal.person);
      assert.equal((await thaw()).code, 'PAYMENT_UNRESOLVED');
      const [charge] = await chargesOf(deal.person);
      assert.deepEqual(
        (await listed(deal.person)).map((found) => found.transactionId),
        [charge?.transaction_id],
      );
      assert.deepEqual(
        (await findAll(app.pool)).bookings,
        [],
        'a booking that was confirmed has its attempt',
      );

      if (word !== 'refunded') await assert.rejects(settle('refunded'), new RegExp(`was ${word} before`));
      await settle(word);
      assert.equal(await balance(deal.person), before);
      assert.deepEqual(await listed(deal.person), []);
      await audit(app.pool, app.bank.charges());
    });
  }

  test(`${what} that was charged before its process stood still: the operator who names the transaction has the last word`, async (t) => {
    const deal = await makeDeal();
    const { settle, thaw } = await givenUp(t, 'charge after', deal);
    const [charge] = await chargesOf(deal.person);
    await settle('credited', charge?.transaction_id);
    const credited = await balance(deal.person);
    const late = await thaw();
    assert.equal(
      late.code,
      what === 'a top-up' ? '200' : what === 'a payment' ? 'PAYMENT_FAILED' : 'INSUFFICIENT_BALANCE',
    );
    assert.equal(await balance(deal.person), credited);
    assert.deepEqual(await listed(deal.person), []);
  });
}

test('what is charged late blocks the booking that it was for, until an operator has settled it', async (t) => {
  const deal = await booking();
  const { settle, thaw } = await givenUp(t, 'charge checked', deal);
  await settle('failed');
  assert.equal((await thaw()).code, 'PAYMENT_UNRESOLVED');
  assert.equal((await deal.buy(app)).code, 'PAYMENT_UNRESOLVED');
  await settle('confirmed');
  assert.ok(await deal.isHad());
  assert.equal((await chargesOf(deal.person)).length, 1);
});

test('a process that comes back from a freeze leaves the mark alone of who is paying by now', async (t) => {
  const deal = await booking();
  const { settle, thaw } = await givenUp(t, 'charge connected', deal);
  await settle('failed');
  const slow = deal.buy(app, { ...CARD, card_number: '4000000000003220' });
  await eventually('it is paid anew', async () => (await statesOf(deal.person))[1] === 'Processing');
  assert.equal((await thaw()).status, 503);
  assert.equal(
    await app.count(
      'pending_booking_tracker',
      `booking_id = ${deal.id} and paying_until > clock_timestamp()`,
    ),
    1,
  );
  assert.equal((await app.cancel(deal.person, deal.id)).code, 'PAYMENT_IN_PROGRESS');
  assert.equal((await slow).code, '200');
});

test('a charge whose process finds all its connections gone when it wakes up is written down nevertheless', async (t) => {
  const deal = await booking();
  const { frozen, settle, thaw } = await givenUp(t, 'charge after', deal);
  await settle('failed');
  assert.equal((await deal.buy(app)).code, '200');
  await app.script(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name like 'skyfox%' and pid not in (select pid from pg_stat_activity where pid = pg_backend_pid())`);
  await thaw();
  await eventually('it is listed', async () => (await listed(deal.person)).length === 1);
  assert.equal(
    (await listed(deal.person))[0]?.transactionId,
    (await chargesOf(deal.person))[0]?.transaction_id,
  );
  assert.ok(frozen.output().includes('transactionId'));
  await settle('refunded');
});

test('what is charged late is shown by the gauge of what there is to reconcile', async (t) => {
  const deal = await topUp();
  const { settle, thaw } = await givenUp(t, 'charge checked', deal);
  await settle('failed');
  await thaw();
  const watching = await startApp(t, { databaseUrl: app.databaseUrl });
  await eventually('the gauge shows it', async () => {
    const { text } = await watching.get('/metrics');
    return text.includes('skyfox_reconcile_findings{kind="attempts"} 1\n');
  });
  await settle('credited');
});

test('at the end every charge is accounted for', async () => {
  assert.deepEqual((await audit(app.pool, app.bank.charges())).attempts, []);
});
