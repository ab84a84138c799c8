import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, startApp } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { besides } from './standing-still.ts';

const app = await startApp(wholeFile, { env: { PAYMENT_TIMEOUT_SECONDS: '3' } });
const { statesOf, chargesOf, listed, isCalledFailed, booking, deals, givenUp } = besides(app);

for (const [what, makeDeal] of Object.entries(deals)) {
  for (const point of ['charge before', 'charge connected']) {
    test(`${what} whose process stands still at "${point}" past its lease, and is paid anew meanwhile, is charged once`, async (t) => {
      const deal = await makeDeal();
      const { settle, thaw } = await givenUp(t, point, deal);
      await settle('failed');
      assert.equal((await deal.buy(app)).code, '200');
      assert.ok(await isCalledFailed(deal.person), 'on the operator’s word alone');

      const late = await thaw();
      assert.ok(!(await isCalledFailed(deal.person)), 'its process says so too');
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
}

test('a process that comes back from a freeze leaves the mark of a newer payment alone', async (t) => {
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

test('at the end every charge is accounted for', async () => {
  assert.deepEqual((await audit(app.pool, app.bank.charges())).attempts, []);
});
