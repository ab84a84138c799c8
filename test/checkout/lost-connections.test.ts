import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startSimulator } from '../../src/payments/simulator.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { createDatabase, wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { recover, settleFindings } from '../support/recovery.ts';
import { startProxy, type Fault } from '../support/tcp-proxy.ts';

const { url } = await createDatabase(wholeFile);
const proxy = await startProxy(wholeFile, url);
let onCharge = () => {};
const bank = await startSimulator({ apiKey: 'simulator', onCharge: () => onCharge() });
wholeFile.after(() => bank.close());
const env = { DATABASE_URL: proxy.url, PAYMENT_GATEWAY_URL: bank.url };
const app = await startApp(wholeFile, { databaseUrl: url, env });
const MOST_MS = 5_000;

type Prepared = { as: Person; path: string; body: object };
const held = async (balance: string) => {
  const as = await app.customer({ balance });
  return { as, booking: Number((await app.hold(as, await app.show(), ['A1', 'A2'])).data['booking_id']) };
};
const payment =
  (method: string, card: object, balance = '0.00') =>
  async (): Promise<Prepared> => {
    const { as, booking } = await held(balance);
    return {
      as,
      path: '/customer/booking/payment',
      body: { booking_id: booking, payment_method: method, ...card },
    };
  };
const requests = {
  hold: async (): Promise<Prepared> => ({
    as: await app.customer(),
    path: '/customer/booking/initialize',
    body: { show_id: await app.show(), seat_numbers: ['A1', 'A2'] },
  }),
  'payment by card': payment('Card', CARD),
  'payment by wallet': payment('Wallet', {}, '500.00'),
  'payment of a shortfall': payment('Wallet', CARD, '150.50'),
  extend: async (): Promise<Prepared> => {
    const { as, booking } = await held('0.00');
    return { as, path: `/customer/booking/${booking}/extend`, body: {} };
  },
  'top-up': async (): Promise<Prepared> => ({
    as: await app.customer(),
    path: '/customer/wallet/add-funds',
    body: { ...CARD, amount: 70.07 },
  }),
};

/** Sends the request with a fault at the so-manieth message of its transaction; false where there is none. */
async function meet(
  what: keyof typeof requests,
  place: number,
  fault: Fault,
  settling: boolean,
): Promise<boolean> {
  const { as, path, body } = await requests[what]();
  const headers = { 'idempotency-key': randomUUID() };
  let wasMet = false;
  const arm = () => {
    void proxy
      .trap((message) => message.place === place, fault)
      .then(() => {
        wasMet = true;
      });
  };
  onCharge = settling ? arm : () => proxy.disarm();
  if (!settling) arm();
  const startedAt = performance.now();
  const answer = await app.post(path, { as, body, headers });
  const tookMs = performance.now() - startedAt;
  proxy.disarm();
  onCharge = () => {};

  assert.ok(tookMs < MOST_MS, `${tookMs} ms`);
  // Once it is charged, the same process tries until it is written.
  if (settling || !wasMet) assert.ok(answer.status < 300, answer.text);
  else {
    assert.deepEqual([answer.status, answer.code], [503, 'SERVICE_UNAVAILABLE']);
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  }
  let again = answer;
  await eventually('the client comes again, and has what it wants', async () => {
    again = await app.post(path, { as, body, headers });
    return again.status < 300;
  });
  if (answer.status < 300) assert.deepEqual(again.data, answer.data, 'the first answer again');
  const mine = `customer_username = '${as.username}'`;
  assert.equal(await app.count('booking', mine), what === 'top-up' ? 0 : 1);
  await recover(app.pool, bank.charges());
  return wasMet;
}

for (const [what, settling, most] of [
  ['hold', false, 5],
  ['extend', false, 6],
  ['payment by wallet', false, 8],
  ['payment by card', false, 8],
  ['payment by card', true, 9],
  ['payment of a shortfall', false, 8],
  ['payment of a shortfall', true, 10],
  ['top-up', false, 6],
  ['top-up', true, 7],
] as const) {
  for (const fault of ['cut', 'lose the answer'] as const) {
    const where = settling ? 'once it is charged' : 'before anything is charged';
    test(`${what}, ${where}: ${fault} at each message of the transaction, COMMIT included`, async () => {
      let met = 0;
      for (let place = 0; place < most; place++) if (await meet(what, place, fault, settling)) met += 1;
      assert.ok(met >= 2, `${met} faults were met`);
      assert.ok(met < most, 'there were no more messages');
    });
  }
}

test('at the end nothing is open, nothing is left to the operator, and no seat is held', async () => {
  assert.equal(await app.count('payment_transaction', `resolution is not null or status = 'Unknown'`), 0);
  await settleFindings(app.pool, bank.charges());
});
