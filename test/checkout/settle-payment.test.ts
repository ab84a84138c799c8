import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { beginPayment } from '../../src/checkout/begin-payment.ts';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import { settlePayment } from '../../src/checkout/settle-payment.ts';
import { unkeyed } from '../../src/idempotency/idempotency.ts';
import { findAll } from '../../src/checkout/checkout.ts';
import { startLease } from '../../src/payments/payments.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { assertLockOrder } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';
import { startUpstream } from '../support/upstream.ts';

// A gateway that charges every card, and has something happen before it says so.
let meanwhile: () => Promise<unknown> = async () => undefined;
const gateway = await startUpstream(wholeFile, (_request, response) => {
  const answer = JSON.stringify({ status: 'SUCCESS', transaction_id: randomUUID() });
  const send = () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  meanwhile().then(send, () => response.destroy());
});
const app = await startApp(wholeFile, { env: { PAYMENT_GATEWAY_URL: `http://${gateway.address}` } });
await app.needs.monitor.stop();

const byCard = { payment_method: 'Card', ...CARD };
const byWallet = { payment_method: 'Wallet' };
const byWalletAndCard = { ...byWallet, ...CARD };

/** A hold of two seats for 400.00. */
async function held(balance = '0.00') {
  const person = await app.customer({ balance });
  const booking = Number((await app.hold(person, await app.show(), ['A1', 'A2'])).data['booking_id']);
  return { person, booking };
}
const payDuring = (person: Person, booking: number, how: object, work: typeof meanwhile, headers = {}) => {
  meanwhile = work;
  const body = { booking_id: booking, ...how };
  return app.post('/customer/booking/payment', { as: person, body, headers });
};
const attemptOf = async (booking: number) => {
  const [attempt] = await app.rows<{ id: number; status: string; isKnown: boolean }>(`
    select id, status, transaction_id is not null as "isKnown" from payment_transaction
    where original_booking_id = ${booking} and payment_method = 'Card' order by id desc limit 1`);
  assert.ok(attempt);
  return attempt;
};
const balanceOf = async (as: Person) => Number((await app.get('/customer/wallet', { as })).data['balance']);
const set = (booking: number, what: string) =>
  app.script(`update pending_booking_tracker set ${what} where booking_id = ${booking}`);

for (const [title, how] of [
  ['by card', byCard],
  ['of a shortfall', byWalletAndCard],
] as const) {
  test(`a charge ${title} for a booking that has lost a seat meanwhile confirms nothing, and is listed`, async () => {
    const { person, booking } = await held('150.00');
    const { status, code } = await payDuring(person, booking, how, () =>
      app.script(`delete from booking_seat_mapping where booking_id = ${booking} and seat_number = 'A2'`),
    );
    assert.deepEqual([status, code], [409, 'PAYMENT_UNRESOLVED']);
    const { id, ...attempt } = await attemptOf(booking);
    assert.deepEqual(attempt, { status: 'Unknown', isKnown: true });
    assert.ok((await findAll(app.pool)).attempts.some((finding) => finding.id === id));
    assert.equal(await app.count('booking', `id = ${booking} and status = 'Pending'`), 1);
    assert.equal(await balanceOf(person), 150);
  });
}

test('a charge that returns after an operator has credited it confirms nothing and adds nothing', async () => {
  for (const how of [byCard, byWalletAndCard]) {
    const { person, booking } = await held('150.00');
    const { code } = await payDuring(person, booking, how, async () => {
      const { id } = await attemptOf(booking);
      await app.script(
        `update payment_transaction set status = 'Unknown', lease_until = null where id = ${id}`,
      );
      await set(booking, 'paying_until = null');
      await resolveAttempt(app.pool, { id, resolution: 'credited', by: 'test' });
    });
    assert.equal(code, 'PAYMENT_UNRESOLVED');
    assert.equal(await app.count('booking', `id = ${booking} and status = 'Pending'`), 1);
    assert.equal(await app.count('wallet_transaction', `username = '${person.username}'`), 2);
  }
});

test('a charge of which nobody knows, after an operator has called it failed, is listed again', async () => {
  for (const how of [byCard, byWalletAndCard, 'top-up'] as const) {
    const { person, booking } = await held('150.00');
    let attempt = 0;
    const callFailed = async () => {
      const [{ id } = { id: 0 }] = await app.rows<{ id: number }>(`
        update payment_transaction set status = 'Unknown', lease_until = null
        where customer_username = '${person.username}' and status = 'Processing' returning id`);
      attempt = id;
      await resolveAttempt(app.pool, { id, resolution: 'failed', by: 'test' });
      throw new Error('cut');
    };
    meanwhile = callFailed;
    const { code } =
      how === 'top-up'
        ? await app.post('/customer/wallet/add-funds', { as: person, body: { amount: 12.5, ...CARD } })
        : await payDuring(person, booking, how, callFailed);
    assert.equal(code, 'PAYMENT_SERVICE_ERROR');
    const listed = (await findAll(app.pool)).attempts.find(({ id }) => id === attempt);
    assert.deepEqual(
      [
        listed?.problem,
        listed?.transactionId,
        listed?.reason?.includes('unknown: cut after it was settled: failed'),
      ],
      ['outcome unknown', null, true],
    );
    await resolveAttempt(app.pool, { id: attempt, resolution: 'failed', by: 'test' });
    assert.ok(!(await findAll(app.pool)).attempts.some(({ id }) => id === attempt));
  }
});

test('a charge whose attempt the database has lost meanwhile is listed, and whose number that is now is left alone', async () => {
  for (const how of [byCard, byWalletAndCard, 'top-up'] as const) {
    for (const isGivenAnew of [true, false]) {
      const { person, booking } = await held('150.00');
      let lost: { id: number; key: string } | undefined;
      const lose = async () => {
        const under = `from payment_transaction where customer_username = '${person.username}' and status = 'Processing'`;
        [lost] = await app.rows(`select id, attempt_id as key ${under}`);
        await app.script(
          isGivenAnew
            ? `update payment_transaction set attempt_id = gen_random_uuid(), customer_username = 'another' where id = ${lost?.id}`
            : `delete ${under}`,
        );
      };
      meanwhile = lose;
      const { code } =
        how === 'top-up'
          ? await app.post('/customer/wallet/add-funds', { as: person, body: { amount: 12.5, ...CARD } })
          : await payDuring(person, booking, how, lose);
      assert.equal(code, 'PAYMENT_UNRESOLVED');
      const found = (await findAll(app.pool)).attempts.find(({ attemptId }) => attemptId === lost?.key);
      assert.deepEqual(
        [found?.problem, found?.customer, found?.bookingId],
        ['charged, not confirmed', person.username, how === 'top-up' ? null : booking],
      );
      assert.ok(found?.transactionId);
      assert.equal(
        await app.count('payment_transaction', `id = ${lost?.id} and status = 'Processing'`),
        isGivenAnew ? 1 : 0,
      );
      await resolveAttempt(app.pool, { id: found.id, resolution: 'refunded', by: 'test' });
    }
  }
});

test('a failure that is written twice leaves the mark of a newer payment alone', async () => {
  const { person, booking } = await held();
  const payment = {
    username: person.username,
    bookingId: booking,
    method: 'Card',
    once: unkeyed,
  } as const;
  const beginning = { attemptId: randomUUID(), lease: startLease(3), canCharge: 'yes', onSend() {} } as const;
  const begun = await beginPayment(app.needs.pool, { ...payment, ...beginning });
  assert.ok(begun.kind === 'charge');
  const { attempt, amount } = begun;
  const declined = { payment, attempt, amount, outcome: { kind: 'declined' } } as const;
  // The answer to its COMMIT is lost, so it is written again; between the two the customer comes back.
  await settlePayment(app.needs.pool, declined);
  const paid = await payDuring(person, booking, byCard, async () => {
    await settlePayment(app.needs.pool, declined);
    assert.equal((await app.cancel(person, booking)).code, 'PAYMENT_IN_PROGRESS');
  });
  assert.equal(paid.code, '200');
});

test('a charge is settled for a hold that ended meanwhile, since its lease kept the seats', async () => {
  for (const how of [byCard, byWalletAndCard]) {
    const { person, booking } = await held('150.00');
    const paid = await payDuring(person, booking, how, () => app.age(booking));
    assert.deepEqual([paid.code, paid.data['seat_numbers']], ['200', ['A1', 'A2']]);
  }
});

test('where the wallet was spent meanwhile the payment’s mark goes and the refusal is kept, together with the charge', async () => {
  const { person, booking } = await held('150.00');
  const key = { 'idempotency-key': randomUUID() };
  const spend = () =>
    app.script(`update customer_wallet set balance = balance - 50 where username = '${person.username}'`);
  const refused = await payDuring(person, booking, byWalletAndCard, spend, key);
  assert.equal(refused.code, 'INSUFFICIENT_BALANCE');

  const [kept] = await app.rows(`
    select kept.status, kept.xmin = attempt.xmin as "isOne", attempt.status as charge
    from idempotency_key kept
    join payment_transaction attempt on attempt.attempt_id = kept.attempt_id
    where kept.username = '${person.username}'`);
  assert.deepEqual(kept, { status: 400, isOne: true, charge: 'Completed' });
  await app.script(`update customer_wallet set balance = 400 where username = '${person.username}'`);
  const again = await payDuring(person, booking, byWalletAndCard, async () => undefined, key);
  assert.equal(again.code, 'INSUFFICIENT_BALANCE', 'the key keeps its answer');
  assert.equal((await app.pay(person, booking, byWallet)).code, '200', 'the hold can be paid at once');
});

test('a charge that failed leaves a hold that can be cancelled at once', async () => {
  const { person, booking } = await held();
  const failed = await payDuring(person, booking, byCard, () => Promise.reject(new Error('cut')));
  assert.equal(failed.code, 'PAYMENT_SERVICE_ERROR');
  assert.equal((await app.cancel(person, booking)).code, '200');
});

test('a payment is settled under the locks of booking, seats, attempt and wallet, in this order', async () => {
  for (const [first, next] of [
    ['booking where id = $', 'pending_booking_tracker where booking_id = $'],
    ['pending_booking_tracker where booking_id = $', 'booking_seat_mapping where booking_id = $'],
    ['booking_seat_mapping where booking_id = $', 'payment_transaction where original_booking_id = $'],
    [
      'payment_transaction where original_booking_id = $',
      'customer_wallet where username = (select customer_username from booking where id = $)',
    ],
  ] as const) {
    const { person, booking } = await held('150.00');
    const charging = Promise.withResolvers<void>();
    const answering = Promise.withResolvers<void>();
    const paying = payDuring(person, booking, byWalletAndCard, () => {
      charging.resolve();
      return answering.promise;
    });
    await charging.promise;
    const order = { first: first.replace('$', `${booking}`), next: next.replace('$', `${booking}`) };
    const paid = await assertLockOrder(app, order, () => {
      answering.resolve();
      return paying;
    });
    assert.equal(paid.code, '200');
  }
});

test('the lease of a charge outlasts the gateway’s time-out by what writing it down may take', async () => {
  const { person, booking } = await held();
  const leases: number[] = [];
  const look = async () => {
    const [lease] = await app.rows<{ seconds: number }>(`
      select extract(epoch from lease_until - clock_timestamp())::float8 as seconds
      from payment_transaction where customer_username = '${person.username}' and status = 'Processing'`);
    leases.push(lease?.seconds ?? 0);
  };
  const mark = async () => {
    await look();
    const [tracker] = await app.rows<{ seconds: number }>(`
      select extract(epoch from paying_until - clock_timestamp())::float8 as seconds
      from pending_booking_tracker where booking_id = ${booking}`);
    leases.push(tracker?.seconds ?? 0);
  };
  assert.equal((await payDuring(person, booking, byCard, mark)).code, '200');
  meanwhile = look;
  const topUp = await app.post('/customer/wallet/add-funds', { as: person, body: { ...CARD, amount: 5 } });
  assert.equal(topUp.code, '200');
  const timeout = app.needs.paymentTimeoutSeconds;
  assert.equal(leases.length, 3);
  for (const seconds of leases)
    assert.ok(
      seconds > timeout + 10 && seconds < timeout + 60,
      `${seconds} s beside a time-out of ${timeout} s`,
    );
});
