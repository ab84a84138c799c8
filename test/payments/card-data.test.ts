import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import { resolveAttempt } from '../../src/checkout/checkout.ts';
import { fatedCards, goodCards } from '../../src/payments/simulated-cards.ts';
import { CARD, startApp, type Person, type TestApp } from '../support/app.ts';
import { listening, portOf } from './gateways.ts';

const HOLDER = 'Zebedee Quillfeather';
const CVV = '907';
const BAD_NUMBER = '5105105105105101';
const numbers = [...fatedCards.keys(), goodCards[1], goodCards[3], BAD_NUMBER];
const cardOf = (number: string) => ({ ...CARD, card_number: number, cvv: CVV, cardholder_name: HOLDER });

/** All that the database holds, a line for each row, bytes as hex. */
async function dump(app: TestApp): Promise<string[]> {
  const tables = await app.rows<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  assert.ok(tables.length >= 16);
  const rows = await Promise.all(
    tables.map(({ name }) =>
      app.rows<{ line: string }>(`select '${name} ' || row_to_json(t)::text as line from ${name} t`),
    ),
  );
  return rows.flat().map(({ line }) => line);
}

function assertNoCard(lines: readonly string[]): void {
  const forms = numbers.flatMap((number) => [
    number,
    number.replace(/(?<=\d)(?=(\d{4})+$)/g, ' '),
    number.replace(/(?<=\d)(?=(\d{4})+$)/g, '-'),
    number.slice(0, 12),
    number.slice(6),
    Buffer.from(number).toString('base64').slice(0, 20),
    Buffer.from(number).toString('hex'),
    ...['md5', 'sha1', 'sha256'].map((kind) => createHash(kind).update(number).digest('hex')),
  ]);
  for (const line of lines) {
    for (const form of forms) assert.ok(!line.includes(form), `${form} in ${line}`);
    assert.doesNotMatch(line, /zebedee|quill/i);
    // As a value of its own: not in a fraction of a second or an id.
    assert.doesNotMatch(line, /(?<![\w.:-])907(?![\w.:-])/);
  }
}

async function payEachWay(app: TestApp, person: Person, number: string): Promise<string[]> {
  const card = cardOf(number);
  const keyed = { 'idempotency-key': randomUUID() };
  const booking = async () => Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  const topUp = (body: object, headers: Record<string, string> = {}) =>
    app.post('/customer/wallet/add-funds', { as: person, body: { ...card, amount: 7, ...body }, headers });
  const answers = [
    await topUp({}, keyed),
    await topUp({}, keyed),
    await topUp({ amount: 8 }, keyed),
    await topUp({ cvv: 907 }),
    await topUp({ amount: '7,5' }),
    await topUp({ cardholder_name: number, cvv: number }),
    await topUp({ cardholder_name: `${HOLDER}\0` }),
    await app.pay(person, await booking(), { payment_method: 'Card', ...card }),
    await app.pay(person, await booking(), { payment_method: 'Wallet', ...card }),
    await app.pay(person, await booking(), { payment_method: number, ...card }),
    await app.pay(person, await booking(), { payment_method: 'Card', ...card, expiry_month: number }),
  ];
  return answers.map(({ text }) => text);
}

test('after payments of every outcome no row, log line, metric or answer tells of a card', async (t) => {
  const app = await startApp(t, { env: { PAYMENT_TIMEOUT_SECONDS: '1' } });
  const people = await app.customers(numbers.length, { balance: '10.00' });
  const answers = await Promise.all(people.map((person, i) => payEachWay(app, person, numbers[i] ?? '')));
  // A driver's error carries the statement's values.
  await app.script(`create function fail() returns trigger language plpgsql as $$ begin
      raise exception 'no' using detail = new::text; end $$;
    create trigger fail before insert on wallet_transaction for each row execute function fail();
    create trigger fail before insert on idempotency_key for each row execute function fail()`);
  const [person = app.admin] = people;
  const broken = await app.post('/customer/wallet/add-funds', {
    as: person,
    body: { ...cardOf(goodCards[1]), amount: 7 },
  });
  const keyless = await app.post('/customer/wallet/add-funds', {
    as: person,
    body: { ...cardOf(goodCards[1]), amount: 7 },
    headers: { 'idempotency-key': randomUUID() },
  });
  assert.deepEqual([broken.code, keyless.code], ['PAYMENT_UNRESOLVED', 'INTERNAL_ERROR']);
  await app.script('drop trigger fail on wallet_transaction');
  const unknown = await app.rows<{ id: number }>(
    `select id from payment_transaction where status = 'Unknown'`,
  );
  for (const { id } of unknown) {
    await resolveAttempt(app.pool, { id, resolution: 'refunded', by: 'test' });
  }

  const kinds = new Set(
    (await app.rows<{ status: string }>('select status from payment_transaction')).map((a) => a.status),
  );
  assert.ok(
    ['Completed', 'Failed', 'Refunded'].every((kind) => kinds.has(kind)),
    [...kinds].join(),
  );
  const metrics = await app.get('/metrics');
  assert.equal(metrics.status, 200);
  assert.ok(app.lines.length > 100);
  assertNoCard([
    ...(await dump(app)),
    ...app.lines,
    ...metrics.text.split('\n'),
    ...answers.flat(),
    broken.text,
  ]);
});

test('a gateway that echoes the card, in whatever field, is not believed', async (t: TestContext) => {
  const card = cardOf(goodCards[0]);
  const echo = JSON.stringify(card);
  const answers = [
    [
      422,
      { errors: [{ field: card.card_number, message: `${card.card_number} of ${HOLDER}, ${CVV}, is bad` }] },
    ],
    [200, { status: 'SUCCESS', transaction_id: card.card_number }],
    [200, { status: card.card_number, transaction_id: 'tx', message: echo }],
    [500, echo],
    [418, { error: echo }],
  ] as const;
  let turn = 0;
  const server = await listening(
    t,
    createServer((request, response) => {
      const [status, body] = answers[turn++ % answers.length] ?? [500, ''];
      request.resume().on('end', () => response.writeHead(status).end(JSON.stringify(body)));
    }),
  );
  const app = await startApp(t, { env: { PAYMENT_GATEWAY_URL: `http://127.0.0.1:${portOf(server)}` } });
  const person = await app.customer();
  const texts = [];
  for (const _answer of answers) {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await app.post('/customer/wallet/add-funds', {
      as: person,
      body: { ...card, amount: 7 },
      headers,
    });
    assert.ok(answer.status >= 400);
    texts.push(answer.text);
  }
  const lines = [...(await dump(app)), ...app.lines, ...texts];
  assert.ok(lines.every((line) => !line.includes(card.card_number) && !line.includes('Quill')));
  assertNoCard(lines);
});
