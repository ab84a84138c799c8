import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import { findAll } from '../../src/checkout/checkout.ts';
import { type Resolution } from '../../src/payments/payments.ts';
import { CARD, type Person, type TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { startFreezing, type Frozen } from '../support/freeze.ts';
import { endLeases } from '../support/recovery.ts';

const LEASE_SECONDS = 33;

type Attempt = {
  id: number;
  key: string;
  status: string;
  resolution: string | null;
  transaction: string | null;
};
export type Deal = {
  person: Person;
  /** Asks a process for what costs money. */
  buy: (where: Pick<Frozen, 'post'>, card?: object) => ReturnType<Frozen['post']>;
  /** Whether it was had, once. */
  isHad: () => Promise<boolean>;
};

/**
 * What is to be paid for, by a process that stands still and by `app`, which sweeps meanwhile and takes the second
 * payments.
 */
export function besides(app: TestApp) {
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
  const isCalledFailed = async (person: Person) =>
    Boolean((await findAll(app.pool)).calledFailed?.some(({ customer }) => customer === person.username));
  const balance = async (as: Person) => Number((await app.get('/customer/wallet', { as })).data['balance']);
  const isPaid = (id: number) => `id = ${id} and status = 'Confirmed'`;

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
  const deals = {
    'a payment': () => booking(),
    'a shortfall': () => booking({ balance: '150.00', method: 'Wallet' }),
    'a top-up': topUp,
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
      resolveAttempt(app.pool, { id: attempt.id, resolution, by: 'test', transactionId });
    const thaw = async () => {
      await frozen.thaw({ afterSeconds: LEASE_SECONDS });
      return asked;
    };
    return { frozen, attempt, settle, thaw };
  }

  return { attemptsOf, statesOf, chargesOf, listed, isCalledFailed, balance, booking, topUp, deals, givenUp };
}
