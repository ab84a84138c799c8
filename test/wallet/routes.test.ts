import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD, startApp, type Person } from '../support/app.ts';
import { assertMoneyInOrder } from '../support/books.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);

const topUp = (as: Person, body: object) =>
  app.post('/customer/wallet/add-funds', { as, body: { ...CARD, ...body } });
const balanceOf = async (as: Person) => Number((await app.get('/customer/wallet', { as })).data['balance']);
const count = (person: Person, table: string) =>
  app.count(
    table,
    `${table === 'payment_transaction' ? 'customer_username' : 'username'} = '${person.username}'`,
  );

test('a wallet begins at nothing, takes what a card was charged for, and shows its history, newest first', async () => {
  const person = await app.customer();
  const fresh = await app.get('/customer/wallet', { as: person });
  assert.equal(fresh.json['message'], 'Wallet balance retrieved successfully');
  assert.deepEqual(Object.keys(fresh.data), ['username', 'balance', 'updated_at']);
  assert.deepEqual([fresh.data['username'], fresh.data['balance']], [person.username, 0]);
  const before = await app.get('/customer/wallet/transactions', { as: person });
  assert.equal(before.json['message'], 'Wallet transactions retrieved successfully');
  assert.deepEqual(before.data, { transactions: [] });

  const added = await topUp(person, { amount: 500.5 });
  assert.equal(added.json['message'], 'Funds added successfully');
  assert.deepEqual(
    [added.status, added.data['username'], added.data['balance']],
    [200, person.username, 500.5],
  );
  assert.match(String(added.data['updated_at']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const booking = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  const paid = await app.pay(person, booking, { payment_method: 'Wallet' });
  assert.equal(paid.code, '200');

  const { data } = await app.get('/customer/wallet/transactions', { as: person });
  const moves = (data['transactions'] as unknown as Record<string, unknown>[]).map(
    ({ id: _id, timestamp: _at, ...move }) => move,
  );
  assert.deepEqual(moves, [
    {
      amount: 200,
      transaction_type: 'DEDUCT',
      booking_id: booking,
      transaction_id: paid.data['transaction_id'],
    },
    { amount: 500.5, transaction_type: 'ADD', transaction_id: app.bank.charges().at(-1)?.transaction_id },
  ]);
  assert.equal(await balanceOf(person), 300.5);
});

test('a top-up is refused for the first of its faults, in the order of the contract, and begins nothing', async () => {
  const person = await app.customer();
  const { card_number: _number, ...cardless } = CARD;
  const field = (body: object, fields: string[]) => ({ body, code: 'VALIDATION_ERROR', fields });
  const refusedByGateway = (changes: object, fields: string[]) => ({
    body: { ...CARD, amount: 10, ...changes },
    code: 'PAYMENT_VALIDATION_FAILED',
    fields,
  });
  for (const { body, code, fields } of [
    field({ amount: -1 }, ['CardNumber', 'CVV', 'ExpiryMonth', 'ExpiryYear', 'CardholderName']),
    field({ ...cardless, amount: 20_000 }, ['CardNumber']),
    field({ ...CARD, cvv: '', cardholder_name: null }, ['CVV', 'CardholderName']),
    { body: { ...CARD, amount: '12,50', card_number: 'letters' }, code: 'INVALID_REQUEST' },
    { body: { ...CARD, amount: -5, card_number: 'letters' }, code: 'INVALID_AMOUNT' },
    { body: { ...CARD, amount: 10_001, card_number: 'letters' }, code: 'AMOUNT_TOO_LARGE' },
    refusedByGateway({ card_number: 'four two four two' }, ['CardNumber']),
    refusedByGateway({ card_number: '4242424242424241', cvv: '1' }, ['CardNumber', 'CVV']),
    { body: { ...CARD, amount: 10, card_number: 4242 }, code: 'INVALID_REQUEST' },
  ] as { body: object; code: string; fields?: string[] }[]) {
    const answer = await app.post('/customer/wallet/add-funds', { as: person, body });
    assert.equal(answer.code, code, JSON.stringify(body));
    assert.equal(answer.status, 400);
    const errors = (answer.json['errors'] ?? []) as unknown as { field: string; message: string }[];
    assert.deepEqual(
      errors.map((error) => error.field),
      fields ?? [],
    );
    const isRequired = (error: { message: string }) => error.message === 'This field is required';
    if (code === 'VALIDATION_ERROR') assert.ok(errors.every(isRequired));
  }
  assert.equal(await balanceOf(person), 0);
  assert.equal(await count(person, 'wallet_transaction'), 0);
  const begun = await app.rows<{ status: string }>(
    `select status from payment_transaction where customer_username = '${person.username}'`,
  );
  assert.deepEqual(begun, [{ status: 'Failed' }, { status: 'Failed' }], 'the two that the gateway refused');
});

test('only customers have wallets', async () => {
  for (const [method, path] of [
    ['GET', '/customer/wallet'],
    ['GET', '/customer/wallet/transactions'],
    ['POST', '/customer/wallet/add-funds'],
  ] as const) {
    for (const as of [app.admin, app.staff]) {
      const { status, json } = await app.call(method, path, { as });
      assert.deepEqual([status, json['message']], [403, 'Access denied. Customer role required']);
    }
    assert.equal((await app.call(method, path)).code, 'MISSING_AUTH_HEADER');
  }
});

// Raw, because JSON.stringify would have its own idea of some of them.
for (const [amount, code, adds] of [
  ['0.01', '200', '0.01'],
  ['10000', '200', '10000'],
  ['10000.00', '200', '10000'],
  ['"100.50"', '200', '100.50'],
  ['"0.10"', '200', '0.10'],
  ['1e2', '200', '100'],
  ['0.1e1', '200', '1'],
  ['0', 'INVALID_AMOUNT'],
  ['-0', 'INVALID_AMOUNT'],
  ['null', 'INVALID_AMOUNT'],
  ['-0.01', 'INVALID_AMOUNT'],
  ['-10000000', 'INVALID_AMOUNT'],
  ['"-5"', 'INVALID_AMOUNT'],
  ['0.001', 'INVALID_AMOUNT'],
  ['1.005', 'INVALID_AMOUNT'],
  ['"1.005"', 'INVALID_AMOUNT'],
  ['9999.999', 'INVALID_AMOUNT'],
  ['0.30000000000000004', 'INVALID_AMOUNT'],
  ['5e-324', 'INVALID_AMOUNT'],
  ['10000.01', 'AMOUNT_TOO_LARGE'],
  ['"10000.01"', 'AMOUNT_TOO_LARGE'],
  ['10000.001', 'AMOUNT_TOO_LARGE'],
  ['1e21', 'AMOUNT_TOO_LARGE'],
  ['1e308', 'AMOUNT_TOO_LARGE'],
  ['1e999', 'AMOUNT_TOO_LARGE'],
  ['NaN', 'INVALID_REQUEST'],
  ['Infinity', 'INVALID_REQUEST'],
  ['"NaN"', 'INVALID_REQUEST'],
  ['"Infinity"', 'INVALID_REQUEST'],
  ['"1e2"', 'INVALID_REQUEST'],
  ['"+5"', 'INVALID_REQUEST'],
  ['".5"', 'INVALID_REQUEST'],
  ['"5."', 'INVALID_REQUEST'],
  ['"05"', 'INVALID_REQUEST'],
  ['" 5"', 'INVALID_REQUEST'],
  ['"0x10"', 'INVALID_REQUEST'],
  ['"1,000"', 'INVALID_REQUEST'],
  ['"five"', 'INVALID_REQUEST'],
  ['"٥"', 'INVALID_REQUEST'],
  ['true', 'INVALID_REQUEST'],
  ['[5]', 'INVALID_REQUEST'],
  ['{}', 'INVALID_REQUEST'],
  [`"${'9'.repeat(5_000)}"`, 'INVALID_REQUEST'],
] as const) {
  test(`an amount of ${amount.slice(0, 30)}: ${code}`, async () => {
    const person = await app.customer();
    const charges = app.bank.charges().length;
    const raw = JSON.stringify({ ...CARD, amount: 'AMOUNT' }).replace('"AMOUNT"', amount);
    const answer = await app.post('/customer/wallet/add-funds', { as: person, raw });

    assert.equal(answer.code, code);
    assert.equal(answer.status, adds === undefined ? 400 : 200);
    assert.equal(await balanceOf(person), Number(adds ?? 0));
    assert.equal(app.bank.charges().length, charges + (adds === undefined ? 0 : 1));
    if (adds !== undefined) assert.equal(app.bank.charges().at(-1)?.amount, Number(adds));
  });
}

test('thirty top-ups of ten paise make three rupees', async () => {
  const person = await app.customer();
  for (let i = 0; i < 30; i++) assert.equal((await topUp(person, { amount: 0.1 })).code, '200');
  assert.equal(await balanceOf(person), 3);
});

test('a wallet that is full takes no more than its column, and no card is charged for the rest', async () => {
  const person = await app.customer({ balance: '99999899.99' });
  const charges = app.bank.charges().length;
  const refused = await topUp(person, { amount: 100.01 });
  assert.deepEqual([refused.status, refused.code], [400, 'AMOUNT_TOO_LARGE']);
  assert.equal(refused.json['message'], 'The wallet cannot hold as much as that');
  assert.equal(app.bank.charges().length, charges);

  assert.equal((await topUp(person, { amount: 100 })).data['balance'], 99_999_999.99);
});

test('a charge that the wallet has no room for after all is not lost: it waits to be reconciled', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  // The room goes between the look and the charge.
  await app.script(`create function take_room() returns trigger language plpgsql as $$ begin
      update customer_wallet set balance = 99999999.99;
      return new; end $$;
    create trigger take_room before insert on payment_transaction for each row execute function take_room()`);
  const answer = await app.post('/customer/wallet/add-funds', { as: person, body: { ...CARD, amount: 10 } });

  assert.deepEqual([answer.status, answer.code], [409, 'PAYMENT_UNRESOLVED']);
  const attempts = await app.rows('select status, transaction_id, amount from payment_transaction');
  const [charge] = app.bank.charges();
  assert.deepEqual(attempts, [
    { status: 'Unknown', transaction_id: charge?.transaction_id, amount: '10.00' },
  ]);
});

test('a customer of before there were wallets gets one: by looking, by topping up, by paying', async () => {
  const show = await app.show();
  const ways = [
    async (as: Person) => assert.equal((await app.get('/customer/wallet', { as })).data['balance'], 0),
    async (as: Person) => assert.equal((await topUp(as, { amount: 25 })).data['balance'], 25),
    async (as: Person) => {
      const booking = Number((await app.hold(as, show, ['A1'])).data['booking_id']);
      assert.equal((await app.pay(as, booking, { payment_method: 'Wallet' })).code, 'INSUFFICIENT_BALANCE');
      assert.equal((await app.pay(as, booking, { payment_method: 'Wallet', ...CARD })).code, '200');
    },
  ];
  for (const way of ways) {
    const person = await app.customer();
    await app.script(`delete from customer_wallet where username = '${person.username}'`);
    await way(person);
    assert.equal(await count(person, 'customer_wallet'), 1);
  }
});

test('past the bound on charges under way a top-up is 503 with Retry-After, and nothing is begun', async () => {
  const person = await app.customer();
  const places = Array.from({ length: 256 }, () => app.needs.gateway.admit());
  const busy = await topUp(person, { amount: 5 });
  for (const place of places) place?.leave();

  assert.deepEqual([busy.status, busy.code], [503, 'SERVICE_UNAVAILABLE']);
  assert.match(busy.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  assert.equal(await count(person, 'payment_transaction'), 0);
  assert.equal((await topUp(person, { amount: 5 })).code, '200');
});

test('at the end every charge is in a wallet or a booking, and every wallet sums', () =>
  assertMoneyInOrder(app, app.bank.charges()));
