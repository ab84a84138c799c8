import assert from 'node:assert/strict';
import { findAll, type Findings } from '../../src/checkout/checkout.ts';
import type { SimulatedCharge } from '../../src/payments/simulator.ts';
import { many, sql, type Pool } from '../../src/platform/database/db.ts';
import { assertHouseInOrder } from './books.ts';

type Fate = { key: string; amount: string; transactionId: string | null; fate: string };

/** What became of each attempt to charge a card: the one thing that it paid for, or the list on which an operator finds it. */
const fates = (pool: Pool) =>
  many<Fate>(
    pool,
    sql`
    select attempt.attempt_id as key, attempt.amount, attempt.transaction_id as "transactionId",
      case
        when attempt.resolution = 'refunded' then 'given back'
        when attempt.status = 'Completed' and attempt.resolution is distinct from 'credited'
          and attempt.purpose = 'booking' and added.times = 0 and booking.status <> 'Pending' then 'a booking'
        when attempt.status = 'Completed' and added.times = 1
          and (attempt.purpose <> 'booking' or attempt.resolution = 'credited') then 'a wallet'
        when attempt.status = 'Failed' and added.times = 0 then 'nothing'
        when attempt.status in ('Unknown', 'Processing')
          and (added.times = 0 or attempt.earlier_resolution is not null) then 'unknown'
        else concat_ws(' ', attempt.status, attempt.purpose, attempt.resolution, booking.status, added.times)
      end as fate
    from payment_transaction attempt
    left join booking on booking.id = attempt.booking_id
    cross join lateral (
      select count(*) as times
      from wallet_transaction move
      where move.transaction_id in (attempt.transaction_id, attempt.attempt_id::text)
        and move.transaction_type = 'ADD'
        and move.amount = attempt.amount
        and move.username = attempt.customer_username
    ) added
    where attempt.payment_method = 'Card'`,
  );

/**
 * That every charge that the gateway knows of paid for one booking, one top-up, or is given back or listed for the
 * operator; that nothing is confirmed without its money, every wallet sums, and seats and holds fit. Gives the list.
 */
export async function audit(pool: Pool, charges: readonly SimulatedCharge[]): Promise<Findings> {
  const [attempts, findings] = await Promise.all([fates(pool), findAll(pool)]);
  const byKey = new Map(attempts.map((attempt) => [attempt.key, attempt]));
  const charged = new Map(charges.map((charge) => [charge.key, charge]));
  assert.equal(charged.size, charges.length, 'no attempt charges twice');

  for (const { key, amount } of charges) {
    const attempt = byKey.get(key ?? '');
    assert.equal(Number(attempt?.amount), amount, `charge ${key} has no attempt of its amount`);
    assert.match(attempt?.fate ?? '', /^(given back|a booking|a wallet|unknown)$/, `charge ${key}`);
  }
  for (const { key, fate } of attempts) {
    assert.match(fate, /^(given back|a booking|a wallet|nothing|unknown)$/, `attempt ${key}`);
    if (fate === 'a booking' || fate === 'a wallet')
      assert.ok(charged.has(key), `attempt ${key} charged nobody`);
  }
  const unknown = attempts.filter(({ fate }) => fate === 'unknown').map(({ key }) => key);
  const listed = findings.attempts.map(({ attemptId }) => attemptId);
  assert.deepEqual(listed.toSorted(), unknown.toSorted(), 'what is unknown is listed');
  assert.deepEqual([findings.wallets, findings.bookings, findings.seats], [[], [], []]);
  await assertHouseInOrder({ pool });
  return findings;
}
