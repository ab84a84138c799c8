import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startSimulator } from '../../src/payments/simulator.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import type { Answer } from '../support/call.ts';
import { createDatabase, wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startProxy } from '../support/tcp-proxy.ts';

const { url } = await createDatabase(wholeFile);
const proxy = await startProxy(wholeFile, url);
// It takes its time, so that a test can take the database away meanwhile.
let onCharge = () => {};
const bank = await startSimulator({ apiKey: 'simulator', delayMs: 400, onCharge: () => onCharge() });
wholeFile.after(() => bank.close());
const app = await startApp(wholeFile, {
  databaseUrl: url,
  env: {
    // As behind a transaction pooler each message has the text of its statement.
    DATABASE_URL: `${proxy.url}?pgbouncer=true`,
    DATABASE_DIRECT_URL: url,
    DATABASE_REPORTS_URL: url,
    PAYMENT_GATEWAY_URL: bank.url,
    PAYMENT_TIMEOUT_SECONDS: '2',
  },
});
await app.needs.monitor.stop();

const [DECLINED, SILENT, CUT] = ['4000000000000002', '4000000000009995', '4000000000000341'];
type Way = { path: string; body: (as: Person) => Promise<object> };
const WAYS: Record<string, Way> = {
  'a payment by card': {
    path: '/customer/booking/payment',
    body: async (as) => {
      const { data } = await app.hold(as, await app.show(), ['A1']);
      return { booking_id: data['booking_id'], payment_method: 'Card' };
    },
  },
  'a top-up': { path: '/customer/wallet/add-funds', body: async () => ({ amount: 70.07 }) },
};
const flagOf = ({ json }: Answer) => json['may_have_happened'];
const chargesOf = async (as: Person) => {
  const attempts = await app.rows<{ key: string }>(
    `select attempt_id as key from payment_transaction where customer_username = '${as.username}'`,
  );
  return bank.charges().filter(({ key }) => attempts.some((attempt) => attempt.key === key)).length;
};

for (const [what, { path, body }] of Object.entries(WAYS)) {
  const send = async (as: Person, wish: object, card_number = CARD.card_number, headers = {}) =>
    app.post(path, { as, body: { ...wish, ...CARD, card_number }, headers });

  for (const fault of ['cut', 'lose the answer'] as const) {
    test(`${what}: wherever the line breaks before the charge (${fault}), nothing happened, and that is what is said`, async () => {
      let met = 0;
      for (let place = 0; ; place++) {
        const as = await app.customer();
        const wish = await body(as);
        let messages = 0;
        let wasMet = false;
        const isOurs = (text: string) => /^[QP]/.test(text) && !/pg_notify|skip locked/.test(text);
        void proxy
          .trap(({ text }) => isOurs(text) && messages++ === place, fault)
          .then(() => (wasMet = true));
        onCharge = () => proxy.disarm();
        const answer = await send(as, wish);
        proxy.disarm();
        onCharge = () => {};
        if (answer.status < 300) {
          assert.equal(wasMet, false);
          break;
        }
        met += 1;
        assert.deepEqual([answer.code, flagOf(answer)], ['SERVICE_UNAVAILABLE', undefined], answer.text);
        assert.equal(await chargesOf(as), 0);
      }
      assert.ok(met >= 2, `${met} faults were met`);
    });
  }

  for (const [card, mayHaveHappened, how] of [
    [CARD.card_number, true, 'charged'],
    [DECLINED, undefined, 'declined'],
  ] as const) {
    test(`${what}: where it cannot be written down that it was ${how}, 503 says what is known`, async () => {
      const as = await app.customer();
      const wish = await body(as);
      const answering = send(as, wish, card);
      const isBegun = `customer_username = '${as.username}' and status = 'Processing'`;
      await eventually('it is begun', async () => (await app.count('payment_transaction', isBegun)) > 0);
      await proxy.refuse();
      const answer = await answering;
      await proxy.restore();
      assert.deepEqual(
        [answer.status, answer.code, flagOf(answer)],
        [503, 'SERVICE_UNAVAILABLE', mayHaveHappened],
      );
      const status = how === 'charged' ? 'Completed' : 'Failed';
      await eventually(
        'it is written when the database is back',
        async () =>
          (await app.count(
            'payment_transaction',
            `customer_username = '${as.username}' and status = '${status}'`,
          )) === 1,
      );
      assert.equal(await chargesOf(as), how === 'charged' ? 1 : 0);
    });
  }

  for (const [card, status] of [
    [SILENT, 504],
    [CUT, 502],
  ] as const) {
    test(`${what}: a gateway of which nobody knows what it did (${status}) may have charged; what comes after has not`, async () => {
      const as = await app.customer();
      const wish = await body(as);
      const headers = { 'idempotency-key': randomUUID() };
      const first = await send(as, wish, card, headers);
      assert.deepEqual([first.status, first.code, flagOf(first)], [status, 'PAYMENT_SERVICE_ERROR', true]);
      const again = await send(as, wish, card, headers);
      assert.deepEqual([again.code, flagOf(again)], ['PAYMENT_UNRESOLVED', true], 'it is the same payment');
      if (!('booking_id' in wish)) return;
      const another = await send(as, wish);
      assert.deepEqual([another.code, flagOf(another)], ['PAYMENT_UNRESOLVED', undefined]);
    });
  }

  test(`${what} that is refused, or not sent at all, has not happened`, async () => {
    for (const card of [DECLINED, '4000000000000119', '1234']) {
      const as = await app.customer();
      const answer = await send(as, await body(as), card);
      assert.ok(answer.status >= 400);
      assert.equal(flagOf(answer), undefined, answer.text);
    }
  });
}
