import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { fatedCards, faultsOf, goodCards, type Fate } from '../../src/payments/simulated-cards.ts';
import { startSimulator, type SimulatorSettings } from '../../src/payments/simulator.ts';
import { gateway, order } from './gateways.ts';

const payment = {
  card_number: '4242424242424242',
  cvv: '123',
  expiry: '12/35',
  name: "Asha O'Rao-Sen",
  amount: 150.1,
  timestamp: '2026-01-01T00:00:00Z',
};

test('a good card is charged once, and the charge is listed without the card', async (t) => {
  const { url, charges } = await simulator(t);
  const { status, body } = await pay(url, {}, { 'idempotency-key': 'k-1' });

  assert.equal(status, 200);
  assert.equal(body.status, 'SUCCESS');
  const [charge, ...others] = charges();
  assert.deepEqual(others, []);
  assert.ok(charge);
  assert.deepEqual(
    { ...charge, time: '' },
    {
      transaction_id: body.transaction_id,
      amount: 150.1,
      last4: '4242',
      key: 'k-1',
      time: '',
    },
  );
  assert.deepEqual(await (await fetch(`${url}/charges`)).json(), charges());
});

test('every well-known test card is accepted', async (t) => {
  const { url } = await simulator(t);
  for (const card_number of goodCards) {
    assert.equal((await pay(url, { card_number })).body.status, 'SUCCESS', card_number);
  }
});

const year = new Date().getUTCFullYear() % 100;
const digits = 'Card number must be exactly 16 digits';
const letters = 'Name must contain only letters, spaces, apostrophes, and hyphens';
const month = 'Expiry must be in MM/YY format with valid month (01-12)';
const refusals: [Partial<typeof payment>, string, string][] = [
  [{ card_number: '4111111111111112' }, 'card_number', 'Card number failed Luhn check'],
  [{ card_number: '424242424242' }, 'card_number', digits],
  [{ card_number: '4242 4242 4242 4242' }, 'card_number', digits],
  [{ cvv: '000' }, 'cvv', 'CVV must be between 001 and 999'],
  [{ cvv: '12' }, 'cvv', 'CVV must be exactly 3 digits'],
  [{ cvv: '1a3' }, 'cvv', 'CVV must contain only numeric characters'],
  [{ expiry: '13/35' }, 'expiry', month],
  [{ expiry: '1/35' }, 'expiry', month],
  [{ expiry: '12/20' }, 'expiry', 'Card has expired'],
  [{ expiry: `01/${year + 21}` }, 'expiry', 'Expiry cannot exceed 20 years from now'],
  [{ name: 'R2D2' }, 'name', letters],
  [{ name: 'Åsa' }, 'name', letters],
  [{ name: 'A' }, 'name', 'Name must be between 2 and 40 characters'],
  [{ name: 'A'.repeat(41) }, 'name', 'Name must be between 2 and 40 characters'],
];
for (const [change, field, message] of refusals) {
  test(`${JSON.stringify(change)} is refused: ${message}`, async (t) => {
    const { url, charges } = await simulator(t);
    const { status, body } = await pay(url, change);
    assert.deepEqual([status, body.errors], [422, [{ field, message }]]);
    assert.deepEqual(charges(), []);
  });
}

test('the edges are good: CVV 001 and 999, this month and twenty years on, names of 2 and 40 letters', async (t) => {
  const { url } = await simulator(t);
  const thisMonth = String(new Date().getUTCMonth() + 1).padStart(2, '0');
  for (const change of [
    { cvv: '001' },
    { cvv: '999' },
    { expiry: `${thisMonth}/${year}` },
    { expiry: `12/${year + 20}` },
    { name: 'Al' },
    { name: 'A'.repeat(40) },
  ]) {
    assert.equal((await pay(url, change)).body.status, 'SUCCESS', JSON.stringify(change));
  }
});

test('faults of several fields are named together, in order', async (t) => {
  const { url } = await simulator(t);
  const { body } = await pay(url, { card_number: '4111111111111112', cvv: '000', expiry: '12/20' });
  assert.deepEqual(
    body.errors.map((error: { field: string }) => error.field),
    ['card_number', 'cvv', 'expiry'],
  );
});

test('a missing field, a wrong type or no JSON is 400, a wrong key 403, another path 404', async (t) => {
  const { url, charges } = await simulator(t);
  const send = async (body: string, key = 'sim', path = '/payment') =>
    (await fetch(url + path, { method: 'POST', body, headers: { 'x-api-key': key } })).status;

  assert.deepEqual((await pay(url, { cvv: '' })).body.error, 'cvv is required');
  assert.equal(await send(JSON.stringify({ ...payment, amount: undefined })), 400);
  assert.equal(await send(JSON.stringify({ ...payment, amount: '150.10' })), 400);
  assert.equal(await send(JSON.stringify({ ...payment, amount: -150.1 })), 400);
  assert.equal(await send(JSON.stringify({ ...payment, cvv: 123 })), 400);
  assert.equal(await send('{'), 400);
  assert.equal(await send('null'), 400);
  assert.equal(await send('x'.repeat(1 << 20)), 400);
  assert.equal(await send(JSON.stringify(payment), 'other'), 403);
  assert.equal(await send(JSON.stringify(payment), 'sim', '/else'), 404);
  assert.deepEqual(charges(), []);
});

const cutOff = { kind: 'unknown', reason: 'cut' };
const silent = { kind: 'unknown', reason: 'silent' };
const fatesMet: Record<Exclude<Fate, 'charge' | 'slow'>, [outcome: object, charged: number]> = {
  decline: [{ kind: 'declined' }, 0],
  unavailable: [{ kind: 'notCharged', reason: 'status', status: 503 }, 0],
  garbage: [{ kind: 'unknown', reason: 'status', status: 500 }, 0],
  'cut-before': [cutOff, 0],
  'cut-after': [cutOff, 1],
  hang: [silent, 1],
};
for (const [fate, [outcome, charged]] of Object.entries(fatesMet)) {
  test(`the card that meets ${fate} is charged ${charged} times, and our client tells ${JSON.stringify(outcome)}`, async (t) => {
    const { url, charges } = await simulator(t);
    const number = fatedCards.entries().find(([, its]) => its === fate)?.[0] ?? '';
    const client = gateway({ url, apiKey: 'sim', timeoutSeconds: fate === 'hang' ? 0.3 : 5 });
    assert.deepEqual(await client.charge(order({ number })), outcome);
    assert.equal(charges().length, charged);
  });
}

test('the slow card is charged at once and answered after two seconds', async (t) => {
  const { url, charges } = await simulator(t);
  const startedAt = performance.now();
  const client = gateway({ url, apiKey: 'sim', timeoutSeconds: 10 });
  assert.equal((await client.charge(order({ number: '4000000000003220' }))).kind, 'charged');
  assert.ok(performance.now() - startedAt >= 1990);
  assert.ok(Date.now() - Date.parse(charges()[0]?.time ?? '') >= 1990);
});

test('faults befall good cards in turn, and round again', async (t) => {
  const { url } = await simulator(t, { faults: ['unavailable', 'charge'] });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await pay(url)).status);
  assert.deepEqual(statuses, [503, 200, 503, 200]);
});

test('random declines follow rate and seed', async (t) => {
  const play = async (seed: number) => {
    const { url } = await simulator(t, { declineRate: 0.5, seed });
    const found = [];
    for (let i = 0; i < 40; i++) found.push((await pay(url)).body.status);
    return found;
  };
  const first = await play(1);
  assert.deepEqual(await play(1), first);
  assert.notDeepEqual(await play(2), first);
  const declined = first.filter((status) => status === 'FAILED').length;
  assert.ok(declined > 8 && declined < 32, `${declined} of 40`);
});

test('a repeated key charges again, unless keys are honoured: also when asked twice at once or after a cut', async (t) => {
  const key = { 'idempotency-key': 'k-2' };
  const forgetful = await simulator(t);
  await Promise.all([pay(forgetful.url, {}, key), pay(forgetful.url, {}, key)]);
  assert.equal(forgetful.charges().length, 2);

  const honest = await simulator(t, { honoursKeys: true, delayMs: 5 });
  const answers = await Promise.all([pay(honest.url, {}, key), pay(honest.url, {}, key)]);
  assert.equal(honest.charges().length, 1);
  assert.equal(answers[0].body.transaction_id, answers[1].body.transaction_id);

  const client = gateway({ url: honest.url, apiKey: 'sim', idempotent: true });
  const outcome = await client.charge(order({ number: '4000000000000341' }));
  assert.deepEqual(outcome, { kind: 'charged', transactionId: honest.charges()[1]?.transaction_id });
  assert.equal(honest.charges().length, 2);
});

test('a card is good until the last moment of its month', (t) => {
  const faults = () => faultsOf({ ...payment, expiry: '01/30' }).map(({ message }) => message);
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2030, 1, 1) - 1 });
  assert.deepEqual(faults(), []);
  t.mock.timers.setTime(Date.UTC(2030, 1, 1));
  assert.deepEqual(faults(), ['Card has expired']);
});

test('its health is told to everybody, and nothing else is without the key', async (t) => {
  const { url } = await simulator(t);
  const get = async (path: string) => {
    const answer = await fetch(url + path);
    return [answer.status, await answer.json()];
  };
  assert.deepEqual(await get('/pshealth'), [200, { status: 'healthy' }]);
  assert.deepEqual(await get('/payment'), [403, { status: 'FORBIDDEN', message: 'API key is required' }]);
  const wrong = await pay(url, {}, { 'x-api-key': 'other' });
  assert.deepEqual([wrong.status, wrong.body.message], [403, 'Invalid API key']);
});

test('a taken port is an error, not a silent start', async (t) => {
  const { url } = await simulator(t);
  await assert.rejects(startSimulator({ apiKey: 'sim', port: Number(new URL(url).port) }), {
    code: 'EADDRINUSE',
  });
});

test('the script logs each charge to its file before the answer goes out, and stops when told to', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'charges.jsonl');
  const child = script('--port', '0', '--api-key', 'sim', '--delay-ms', '0', '--log', file);
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  const url = /http:\S+(?=,)/.exec(String(line))?.[0] ?? '';

  const { body } = await pay(url);
  const charge = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(charge.transaction_id, body.transaction_id);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('the script explains itself, and refuses what it does not understand', () => {
  const run = (...options: string[]) =>
    spawnSync(process.execPath, [SCRIPT, ...options], { encoding: 'utf8' });
  assert.match(run('--help').stdout, /4000000000009995 {2}hang/);
  for (const options of [['--port', 'x'], ['--fault', 'fire'], ['--decline-rate', '2'], ['--what']]) {
    const { status, stderr } = run(...options);
    assert.equal(status, 1, options.join(' '));
    assert.match(stderr, /^[^\n]+\nSee --help\.\n$/);
  }
});

const SCRIPT = join(import.meta.dirname, '../../scripts/payment-simulator.ts');
const script = (...options: string[]) => spawn(process.execPath, [SCRIPT, ...options]);

async function simulator(t: TestContext, settings: Partial<SimulatorSettings> = {}) {
  const started = await startSimulator({ apiKey: 'sim', ...settings });
  t.after(() => started.close());
  return started;
}

async function pay(url: string, change: Partial<typeof payment> = {}, headers: Record<string, string> = {}) {
  const answer = await fetch(`${url}/payment`, {
    method: 'POST',
    headers: { 'x-api-key': 'sim', ...headers },
    body: JSON.stringify({ ...payment, ...change }),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}
