import assert from 'node:assert/strict';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import { findAll } from '../../src/checkout/checkout.ts';
import type { SimulatedCharge } from '../../src/payments/simulator.ts';
import { execute, one, sql, type Pool, type Statement } from '../../src/platform/database/db.ts';
import { audit } from './audit.ts';
import { eventually } from './eventually.ts';

/** Lets the leases of processes that are dead, or cut off, be over. */
export async function endLeases(pool: Pool): Promise<void> {
  await execute(
    pool,
    sql`update payment_transaction set lease_until = clock_timestamp() where status = 'Processing'`,
  );
  await execute(
    pool,
    sql`update pending_booking_tracker set paying_until = clock_timestamp() where paying_until > clock_timestamp()`,
  );
  await execute(pool, sql`update idempotency_key set lease_until = clock_timestamp() where status is null`);
}

/** Ends the leases, waits for a live process to see to what the dead have left, and audits. */
export async function recover(pool: Pool, charges: readonly SimulatedCharge[]): Promise<void> {
  await endLeases(pool);
  await eventually('the leases of the dead are ended', () =>
    isNone(pool, sql`payment_transaction where status = 'Processing'`),
  );
  await audit(pool, charges);
}

/**
 * Does as an operator does with what reconcile lists, by the gateway's own list: what was charged is credited, what
 * was not has failed. Then nothing is open, and when the last hold is over no seat is held.
 */
export async function settleFindings(pool: Pool, charges: readonly SimulatedCharge[]): Promise<void> {
  const { attempts } = await findAll(pool);
  const charged = new Set(charges.map(({ key }) => key));
  for (const { id, attemptId } of attempts) {
    const resolution = charged.has(attemptId) ? 'credited' : 'failed';
    await resolveAttempt(pool, { id, resolution, by: 'the test' });
  }
  assert.deepEqual((await audit(pool, charges)).attempts, []);

  await execute(pool, sql`update pending_booking_tracker set expiration_time = clock_timestamp()`);
  await eventually('the last holds are over', () => isNone(pool, sql`booking where status = 'Pending'`));
  assert.ok(
    await isNone(pool, sql`booking_seat_mapping where held_until is not null`),
    'no seat is held for ever',
  );
  await audit(pool, charges);
}

async function isNone(pool: Pool, rows: Statement): Promise<boolean> {
  const { found } = await one<{ found: number }>(pool, sql`select count(*) as found from ${rows}`);
  return found === 0;
}
