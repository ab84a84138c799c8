import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import { findAll } from '../../src/checkout/checkout.ts';
import { type Resolution } from '../../src/payments/payments.ts';
import { CARD, startApp } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startFreezing } from '../support/freeze.ts';
import { reconcile } from '../support/reconcile.ts';
import { endLeases } from '../support/recovery.ts';
import { besides } from './standing-still.ts';

const app = await startApp(wholeFile, { env: { PAYMENT_TIMEOUT_SECONDS: '3' } });
const { chargesOf, listed, balance, booking, topUp, deals, givenUp } = besides(app);

// How an operator may resolve a charge that was taken for another one.
const WORDS: Record<string, readonly Resolution[]> = {
  'a payment': ['refunded', 'credited', 'confirmed'],
  'a shortfall': ['confirmed'],
  'a top-up': ['credited'],
};

for (const [what, makeDeal] of Object.entries(deals)) {
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

  test(`${what} that was charged before its process stood still: an operator who names the transaction decides`, async (t) => {
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

test('an operator who took another charge for an attempt that was never sent is contradicted in the log', async (t) => {
  const deal = await topUp();
  const { frozen, settle, thaw } = await givenUp(t, 'charge connected', deal);
  await settle('credited');
  assert.equal((await thaw()).code, 'PAYMENT_UNRESOLVED');
  await eventually('the log says so', () =>
    frozen.output().includes('settled as charged what charged nobody'),
  );
  assert.equal(await balance(deal.person), 12.5, 'the resolution stands');
  assert.deepEqual(await chargesOf(deal.person), []);
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

test('a charge out of the gap whose process dies before it can tell is among what reconcile shows as called failed', async (t) => {
  const own = await startApp(t);
  const ownSide = besides(own);
  const person = await own.customer();
  const frozen = await startFreezing(t, own, 'charge checked');
  const asked = frozen
    .post('/customer/wallet/add-funds', {
      as: person,
      body: { ...CARD, card_number: '4000000000003220', amount: 5 },
    })
    .catch(() => undefined);
  await frozen.frozen();
  await endLeases(own.pool);
  await eventually('it is given up', async () => (await findAll(own.pool)).attempts.length === 1);
  const [attempt] = (await findAll(own.pool)).attempts;
  await resolveAttempt(own.pool, { id: attempt?.id ?? 0, resolution: 'failed', by: 'test' });
  await frozen.thaw({ afterSeconds: 33 });
  await eventually('it charges', () => own.bank.charges().length === 1);
  await frozen.kill('SIGKILL');
  await asked;

  assert.ok(await ownSide.isCalledFailed(person));
  const { status, stdout } = await reconcile(own.databaseUrl);
  assert.equal(status, 0);
  assert.match(
    stdout,
    /called failed in the last day, to be looked for in the gateway's list once more: 1\n/,
  );
  await own.script(`update payment_transaction set resolved_at = resolved_at - interval '25 hours'`);
  assert.ok(!(await ownSide.isCalledFailed(person)));
});

test('at the end every charge is accounted for', async () => {
  const { attempts } = await findAll(app.pool);
  assert.deepEqual(attempts, []);
});
