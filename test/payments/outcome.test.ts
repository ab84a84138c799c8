import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../src/payments/outcome.ts';
import {
  assertRefusal,
  card,
  chargeQuietly,
  gateway,
  httpServer,
  order,
  SERVICE_ERROR,
  SUCCESS,
  type Expected,
} from './gateways.ts';

type Row = { answers: string; status?: number; body?: string; outcome: Outcome; refusal?: Expected };
const unreadable: Outcome = { kind: 'unknown', reason: 'unreadable', status: 200 };
const rows: Row[] = [
  {
    answers: 'another status',
    body: '{"status":"FAILED","transaction_id":"tx-2"}',
    outcome: { kind: 'declined' },
    refusal: [402, 'PAYMENT_FAILED'],
  },
  {
    answers: '403',
    status: 403,
    body: '{"message":"Invalid API key"}',
    outcome: { kind: 'keyRefused' },
    refusal: [502, 'PAYMENT_AUTH_FAILED'],
  },
  {
    answers: '422',
    status: 422,
    body: '{"errors":[{"field":"cvv","message":"CVV must be between 001 and 999"}]}',
    outcome: {
      kind: 'refused',
      gatewayFaults: [{ field: 'cvv', message: 'CVV must be between 001 and 999' }],
      errors: [{ field: 'CVV', message: 'CVV must be between 001 and 999', path: 'cvv' }],
    },
    refusal: [400, 'PAYMENT_VALIDATION_FAILED'],
  },
  {
    answers: '422 without a reason',
    status: 422,
    body: 'no',
    outcome: { kind: 'refused', gatewayFaults: [], errors: [] },
    refusal: [400, 'PAYMENT_VALIDATION_FAILED'],
  },
  ...[400, 429, 503].map((status): Row => ({
    answers: `${status}`,
    status,
    body: '<html>',
    outcome: { kind: 'notCharged', reason: 'status', status },
  })),
  ...[201, 204, 301, 302, 307, 401, 404, 409, 500, 502, 504].map((status): Row => ({
    answers: `${status}`,
    status,
    body: status === 204 ? '' : SUCCESS,
    outcome: { kind: 'unknown', reason: 'status', status },
  })),
  ...[
    ['nothing', ''],
    ['a page', '<html>SUCCESS</html>'],
    ['half of a JSON text', SUCCESS.slice(0, -2)],
    ['a list', `[${SUCCESS}]`],
    ['null', 'null'],
    ['no status', '{"transaction_id":"tx-3"}'],
    ['a status that is no text', '{"status":true,"transaction_id":"tx-3"}'],
    ['a success without a transaction id', '{"status":"SUCCESS"}'],
    ['a success with an empty transaction id', '{"status":"SUCCESS","transaction_id":" "}'],
    ['a success with a transaction id that is a list', '{"status":"SUCCESS","transaction_id":["a"]}'],
    ['a transaction id that no column takes', `{"status":"SUCCESS","transaction_id":"${'x'.repeat(256)}"}`],
    ['a transaction id with U+0000', '{"status":"SUCCESS","transaction_id":"a\\u0000"}'],
    ['a transaction id that is the card', `{"status":"SUCCESS","transaction_id":"tx${card.number}"}`],
    ['more than we read', `{"status":"SUCCESS","transaction_id":"tx-4","padding":"${'x'.repeat(1 << 20)}"}`],
  ].map(([answers = '', body = '']): Row => ({ answers, body, outcome: unreadable })),
];

for (const { answers, status = 200, body, outcome, refusal = SERVICE_ERROR } of rows) {
  test(`a gateway that answers ${answers} means ${outcome.kind}, and ${refusal.join(' ')} for the client`, async (t) => {
    const server = await httpServer(t, (_, response) =>
      response.writeHead(status, { location: '/elsewhere' }).end(body),
    );
    const { outcome: found } = await chargeQuietly({ url: server.url, timeoutSeconds: 5 });

    assert.deepEqual(found, outcome);
    assert.equal(server.requests(), 1, 'asked once, redirects not followed');
    assertRefusal(found, refusal);
  });
}

test('a 400 while the client left a card field empty names that field', async (t) => {
  const { url } = await httpServer(t, (_, response) => response.writeHead(400).end('{"error":"bad"}'));
  const outcome = await gateway({ url }).charge(order({ cvv: '', holder: '' }));

  assert.equal(
    assertRefusal(outcome, [400, 'PAYMENT_VALIDATION_FAILED']).message,
    'Payment validation failed: This field is required (cvv), This field is required (name)',
  );
});

for (const { fault, changes, named } of [
  { fault: 'name', changes: {}, named: ['CardholderName cardholder_name'] },
  { fault: 'expiry', changes: {}, named: ['ExpiryMonth expiry_month', 'ExpiryYear expiry_year'] },
  { fault: 'expiry', changes: { expiryYear: '' }, named: ['ExpiryYear expiry_year'] },
  { fault: 'expiry_month', changes: {}, named: ['ExpiryMonth expiry_month'] },
  { fault: 'amount', changes: {}, named: ['amount amount'] },
  { fault: '', changes: {}, named: ['CardNumber card_number'] },
]) {
  const what = `${fault || 'no field'}${'expiryYear' in changes ? ' of a card without a year' : ''}`;
  test(`a 422 about ${what} is told by the names of the request`, async (t) => {
    const { url } = await httpServer(t, (_, response) =>
      response.writeHead(422).end(JSON.stringify({ errors: [{ field: fault, message: 'is wrong' }] })),
    );
    const refusal = assertRefusal(await gateway({ url }).charge(order(changes)), [
      400,
      'PAYMENT_VALIDATION_FAILED',
    ]);
    const { errors = [] } = refusal;
    assert.deepEqual(
      errors.map(({ field, path }) => `${field} ${path}`),
      named,
    );
    assert.ok(errors.every(({ message }) => message === 'is wrong'));
    assert.equal(refusal.message, `Payment validation failed: is wrong (${fault || 'card'})`);
  });
}

test('a 422 that forgets a field which is missing does not hide it', async (t) => {
  const errors = [{ field: 'card_number', message: 'Card number failed Luhn check' }];
  const { url } = await httpServer(t, (_, response) =>
    response.writeHead(422).end(JSON.stringify({ errors })),
  );
  const refusal = assertRefusal(
    await gateway({ url }).charge(order({ expiryMonth: '', expiryYear: '', cvv: '' })),
    [400, 'PAYMENT_VALIDATION_FAILED'],
  );
  assert.deepEqual(
    refusal.errors?.map(({ path }) => path),
    ['card_number', 'cvv', 'expiry_month', 'expiry_year'],
  );
  assert.equal(refusal.message, 'Payment validation failed: Card number failed Luhn check (card_number)');
});

test('a 422 passes its messages on, bounded and without control characters or what it echoes of the card', async (t) => {
  const errors = [
    { field: 'card_number', message: 'Card 4242 4242 4242 4242 failed\r\n\u0000 Luhn\u202e check' },
    { field: 'cvv\nX: y', message: 'CVV 737 of Asha Rao ending 4242' },
    { field: 'name', message: 'x'.repeat(5000) },
    'nonsense',
    { field: 'name', message: 5 },
    ...Array.from({ length: 50 }, () => ({ field: 'expiry', message: 'Card has expired' })),
  ];
  const { url } = await httpServer(t, (_, response) =>
    response.writeHead(422).end(JSON.stringify({ errors })),
  );
  const { outcome } = await chargeQuietly({ url });

  assert.equal(outcome.kind, 'refused');
  assert.deepEqual(outcome.gatewayFaults.slice(0, 4), [
    { field: 'card_number', message: 'Card *** failed Luhn check' },
    { field: 'card', message: 'CVV *** of *** ending ***' },
    { field: 'name', message: 'x'.repeat(200) },
    { field: 'expiry', message: 'Card has expired' },
  ]);
  assert.equal(outcome.gatewayFaults.length, 10);
  assert.match(
    assertRefusal(outcome, [400, 'PAYMENT_VALIDATION_FAILED']).message,
    /^Payment validation failed: Card \*\*\* failed Luhn check \(card_number\), CVV/,
  );
});
