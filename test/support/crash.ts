import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { CARD, startApp, type Person, type TestApp } from './app.ts';
import { startBank, type Bank } from './bank.ts';
import type { Owner } from './database.ts';
import { startProcess, type Child } from './process.ts';
import { recover, settleFindings } from './recovery.ts';

/** A request that dies at a point, what its repetition is told after the restart, and what was charged in all. */
export type Kill = { point: string; what: Kind; afterwards: string; charges: 0 | 1 };
type Kind = keyof typeof requests;

/** After a kill in the middle of a charge nobody knows, before and after everybody does. */
const charging = (what: Kind, begin: string, settle: string): Kill[] => [
  { what, point: `${begin} before commit`, afterwards: '200', charges: 1 },
  { what, point: `${begin} after commit`, afterwards: 'PAYMENT_UNRESOLVED', charges: 0 },
  { what, point: 'charge before', afterwards: 'PAYMENT_UNRESOLVED', charges: 0 },
  { what, point: 'charge after', afterwards: 'PAYMENT_UNRESOLVED', charges: 1 },
  { what, point: `${settle} before commit`, afterwards: 'PAYMENT_UNRESOLVED', charges: 1 },
  { what, point: `${settle} after commit`, afterwards: '200', charges: 1 },
];
export const KILLS: readonly Kill[] = [
  { what: 'hold', point: 'hold before commit', afterwards: '201', charges: 0 },
  { what: 'hold', point: 'hold after commit', afterwards: '201', charges: 0 },
  { what: 'hold without a key', point: 'hold before commit', afterwards: '201', charges: 0 },
  { what: 'hold without a key', point: 'hold after commit', afterwards: 'SEATS_UNAVAILABLE', charges: 0 },
  ...charging('payment by card', 'pay begin', 'pay settle'),
  ...charging('payment of a shortfall', 'pay begin', 'pay settle'),
  { what: 'payment by wallet', point: 'pay begin before commit', afterwards: '200', charges: 0 },
  { what: 'payment by wallet', point: 'pay begin after commit', afterwards: '200', charges: 0 },
  ...charging('top-up', 'top-up begin', 'top-up settle'),
];

const HOLD = '/customer/booking/initialize';
const PAY = '/customer/booking/payment';
type Ask = (show: number, booking: number) => readonly [path: string, body: object];
const hold: Ask = (show) => [HOLD, { show_id: show, seat_numbers: ['A1', 'A2'] }];
const payment =
  (method: 'Card' | 'Wallet', card: object): Ask =>
  (_show, booking) => [PAY, { booking_id: booking, payment_method: method, ...card }];
const requests = {
  hold,
  'hold without a key': hold,
  'payment by card': payment('Card', CARD),
  'payment of a shortfall': payment('Wallet', CARD),
  'payment by wallet': payment('Wallet', {}),
  'top-up': () => ['/customer/wallet/add-funds', { ...CARD, amount: 70.07 }],
} satisfies Record<string, Ask>;

const balances: Partial<Record<Kind, string>> = {
  'payment by wallet': '500.00',
  'payment of a shortfall': '150.50',
};

type Plan = Kill & { person: Person; path: string; body: object; headers: Record<string, string> };

/**
 * Kills the program at each of the points, one after the other; each is started again, and finds what the one before
 * it left. After each restart every charge, wallet and seat is accounted for, and after the operator's word at the
 * end nothing is open.
 */
export async function killAtEach(t: Owner, kills: readonly Kill[]): Promise<void> {
  const bank = await startBank(t, '--delay-ms', '5');
  const env = { PAYMENT_GATEWAY_URL: bank.url, APP_ENV: 'test' };
  const app = await startApp(t, { env });
  // The app is here for what a test needs. What is left behind is for the program that is started again.
  await app.needs.monitor.stop();
  const start = (point?: string) =>
    startProcess(t, { ...app, env: { ...env, ...(point !== undefined && { SKYFOX_FAILPOINT: point }) } });

  let left: Plan | undefined;
  for (const kill of kills) {
    const child = await start(kill.point);
    if (left) await repeatAfterRestart(app, bank, left);
    left = await prepare(app, kill);
    await dieAt(child, left);
  }
  const last = await start();
  if (left) await repeatAfterRestart(app, bank, left);
  await settleFindings(app.pool, await bank.charges());
  await last.kill('SIGTERM');
}

async function prepare(app: TestApp, kill: Kill): Promise<Plan> {
  const { what } = kill;
  const person = await app.customer({ balance: balances[what] ?? '0.00' });
  const show = await app.show();
  const holds = what.startsWith('payment') ? [await app.hold(person, show, ['A1', 'A2'])] : [];
  const [path, body] = requests[what](show, Number(holds[0]?.data['booking_id']));
  const headers: Record<string, string> =
    what === 'hold without a key' ? {} : { 'idempotency-key': randomUUID() };
  return { ...kill, person, path, body, headers };
}

async function dieAt(child: Child, { point, what, person, path, body, headers }: Plan): Promise<void> {
  const answer = await child
    .post(path, { as: person, body, headers })
    .catch((error: unknown) => ({ code: String(error), text: '' }));
  assert.match(
    answer.code,
    /^TypeError/,
    `${what} was not killed at ${point}: ${answer.text}\n${child.output()}`,
  );
  const [, signal] = await child.exited;
  assert.equal(signal, 'SIGKILL');
}

/** What the dead process was asked is asked again, with the same key, of another process, as its client would. */
async function repeatAfterRestart(app: TestApp, bank: Bank, plan: Plan): Promise<void> {
  const { person, path, body, headers, what, point, afterwards, charges } = plan;
  await recover(app.pool, await bank.charges());
  const told = `${what}, killed at ${point}`;
  const again = await app.post(path, { as: person, body, headers });
  assert.equal(again.code, afterwards, told);
  const attempts = await app.rows<{ key: string }>(
    `select attempt_id as key from payment_transaction where customer_username = '${person.username}'`,
  );
  const mine = (await bank.charges()).filter((charge) => attempts.some(({ key }) => key === charge.key));
  assert.equal(mine.length, charges, told);
  const bookings = await app.count('booking', `customer_username = '${person.username}'`);
  assert.equal(bookings, what === 'top-up' ? 0 : 1, told);
}
