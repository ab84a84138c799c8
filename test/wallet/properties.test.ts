import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import { CARD, startApp, type Person } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);

const CARDS = { good: '4242424242424242', declined: '4000000000000002', cut: '4000000000000341' } as const;
type Fate = keyof typeof CARDS;
/** `paise`: what is added, or the price. After a cut nobody knows; `credited` or not is the operator's word. */
type Step = { kind: 'top-up' | 'Wallet' | 'Card' | 'both'; paise: number; fate: Fate; credited: boolean };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('top-up', 'Wallet', 'Card', 'both'),
    paise: fc.oneof(fc.integer({ min: 1, max: 40_000 }), fc.constantFrom(1, 10, 1_010, 1_999)),
    fate: fc.constantFrom('good', 'good', 'good', 'declined', 'cut'),
    credited: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);

type Model = { paise: number; moves: string[] };

/** The wallet as we mean it: what a step answers, and what it moves. */
function play(model: Model, { kind, paise, fate, credited }: Step): string {
  const move = (type: 'ADD' | 'DEDUCT', amount: number) => {
    model.paise += type === 'ADD' ? amount : -amount;
    model.moves.unshift(`${type} ${amount}`);
  };
  const shortfall = paise - model.paise;
  const charge = kind === 'both' ? Math.max(0, shortfall) : kind === 'Wallet' ? 0 : paise;
  if (kind === 'Wallet' && shortfall > 0) return 'INSUFFICIENT_BALANCE';
  if (charge > 0 && fate === 'declined') return 'PAYMENT_FAILED';
  if (charge > 0 && fate === 'cut') {
    if (credited) move('ADD', charge);
    return 'PAYMENT_SERVICE_ERROR';
  }
  if (charge > 0 && kind !== 'Card') move('ADD', charge);
  if (kind === 'Wallet' || kind === 'both') move('DEDUCT', paise);
  return '200';
}

async function perform(person: Person, { kind, paise, fate, credited }: Step): Promise<string> {
  const card = { ...CARD, card_number: CARDS[fate] };
  const amount = (paise / 100).toFixed(2);
  const code =
    kind === 'top-up'
      ? (await app.post('/customer/wallet/add-funds', { as: person, body: { ...card, amount } })).code
      : await payFor(person, amount, {
          payment_method: kind === 'Card' ? 'Card' : 'Wallet',
          ...(kind !== 'Wallet' && card),
        });
  const unknown = await app.rows<{ id: number }>(
    `select id from payment_transaction where status = 'Unknown'`,
  );
  for (const { id } of unknown) {
    const resolution = credited ? 'credited' : 'refunded';
    await resolveAttempt(app.pool, { id, resolution, by: 'test' });
  }
  return code;
}

async function payFor(person: Person, cost: string, payment: object): Promise<string> {
  const booking = Number((await app.hold(person, await app.show({ cost }), ['A1'])).data['booking_id']);
  return (await app.pay(person, booking, payment)).code;
}

async function seen(person: Person): Promise<Model> {
  const { data } = await app.get('/customer/wallet/transactions', { as: person });
  const moves = data['transactions'] as unknown as { transaction_type: string; amount: number }[];
  const wallet = await app.get('/customer/wallet', { as: person });
  return {
    paise: Math.round(Number(wallet.data['balance']) * 100),
    moves: moves.map((move) => `${move.transaction_type} ${Math.round(move.amount * 100)}`),
  };
}

test('whatever is done to a wallet, and in whatever order, it is what a model of twenty lines says', async () => {
  const property = fc.asyncProperty(steps, async (sequence) => {
    const person = await app.customer();
    const model: Model = { paise: 0, moves: [] };
    for (const step of sequence) {
      const expected = play(model, step);
      assert.equal(await perform(person, step), expected);
      assert.deepEqual(await seen(person), model);
    }
  });
  await fc.assert(property, { numRuns: 40 });

  assert.equal((await audit(app.pool, app.bank.charges())).attempts.length, 0);
});
