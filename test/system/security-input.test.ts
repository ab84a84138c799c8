import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER, PASSWORD, signedUp } from '../customers/people.ts';
import { isList, listOperations, pathWith, sampleBody, textFields } from '../support/api.ts';
import { CARD, startApp, type TestApp } from '../support/app.ts';

/** SQL that would show: as an error of the database, as time, as rows that go or come. */
const SQL = [
  `'`,
  `' or '1'='1`,
  `1; drop table booking_seat_mapping; --`,
  `'; update usertable set role = 'admin'; --`,
  `\\'; select pg_sleep(6); --`,
  `' || (select password from usertable limit 1) || '`,
  `$1 $2 %s :name ?`,
  `E'\\x27' union select username, password from usertable --`,
];
const TABLES = ['usertable', 'booking', 'booking_seat_mapping', 'customer_wallet', 'slot', 'seat', 'show'];

test('SQL in any text field of any route is a text like another', async (t) => {
  const app = await startApp(t);
  const people = [await app.customer(), app.admin];
  const showId = await app.show();
  await app.hold(people[0] ?? app.admin, showId, ['A1']);
  const counts = () => Promise.all(TABLES.map((table) => app.count(table)));
  const before = await counts();
  const hashes = await app.rows<{ password: string }>('select password from usertable');
  let asked = 0;

  for (const { method, path, parameters, body } of await listOperations(app)) {
    if (path.endsWith('/events')) continue;
    for (const text of SQL) {
      const inPath = pathWith(path, encodeURIComponent(text));
      const query = parameters
        .filter(({ in: place }) => place === 'query')
        .map(({ name }) => `${name}=${encodeURIComponent(text)}`)
        .join('&');
      const bodies = textFields(body).map((name) =>
        sampleBody(body, { [name]: isList(body, name) ? [text] : text, show_id: showId }),
      );
      for (const each of bodies.length > 0 && method !== 'GET' ? bodies : [undefined]) {
        for (const person of people) {
          const startedAt = performance.now();
          const ask = { as: person, ...(each !== undefined && { body: each }) };
          const answer = await app.call(method, `${inPath}?${query}`, ask);
          asked += 1;
          const what = `${method} ${path} ${text} ${JSON.stringify(each)}: ${answer.text.slice(0, 200)}`;
          assert.ok(answer.status < 500, what);
          assert.ok(performance.now() - startedAt < 5_900, `${what} takes long`);
          assert.ok(!hashes.some(({ password }) => answer.text.includes(password)), what);
        }
      }
    }
  }
  assert.ok(asked > 800, `${asked} requests`);
  const after = await counts();
  const grown = new Set(['usertable', 'customer_wallet', 'booking', 'booking_seat_mapping', 'show']);
  for (const [place, table] of TABLES.entries()) {
    const [was = 0, is = 0] = [before[place], after[place]];
    assert.ok(grown.has(table) ? is >= was : is === was, `${table}: ${was} rows, then ${is}`);
  }
  assert.equal(await app.count('usertable', `role = 'admin'`), 2);
});

test('bombs of JSON are refused at once, and what they hide changes nothing', async (t) => {
  const app = await startApp(t);
  const person = await app.customer();
  const million = Array.from({ length: 300_000 }, (_, i) => `"k${i}":${i}`).join(',');
  const bombs: Record<string, string> = {
    'a million brackets': '['.repeat(1_000_000),
    'arrays in arrays': `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
    'objects in objects': `${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}`,
    'nesting where a text belongs': `{"username":${'['.repeat(100_000)}${']'.repeat(100_000)},"password":"x"}`,
    'a great many keys': `{${million}}`,
    'one key a great many times': `{${'"username":"a",'.repeat(400_000)}"password":"b"}`,
    'a number without end': `{"username":${'9'.repeat(5_000_000)},"password":"b"}`,
    'a text without end': `{"username":"${'a'.repeat(9_000_000)}","password":"b"}`,
    'escapes without end': `{"username":"${'\\u0041'.repeat(1_500_000)}","password":"b"}`,
    'an exponent': '{"username":1e99999,"password":"b"}',
    '__proto__': '{"__proto__":{"role":"admin","polluted":1},"username":"a","password":"b"}',
    'constructor': '{"constructor":{"prototype":{"polluted":1}},"username":"a","password":"b"}',
    'escaped __proto__': '{"\\u005f_proto__":{"polluted":1},"username":"a","password":"b"}',
    '__proto__ within': '{"username":{"__proto__":{"polluted":1}},"password":"b"}',
    'two values': '{"username":"a","password":"b"}{"username":"a","password":"b"}',
  }; // prettier-ignore
  for (const [what, raw] of Object.entries(bombs)) {
    const startedAt = performance.now();
    const headers = { 'content-type': 'application/json' };
    const answer = await app.post('/login', { raw, headers });
    assert.ok([400, 401, 413].includes(answer.status), `${what}: ${answer.status}`);
    assert.ok(performance.now() - startedAt < 5_000, `${what} takes ${performance.now() - startedAt} ms`);
    assert.ok(answer.text.length < 1_000, 'the answer is small');
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined, what);
  }
  const lists = { show_id: 1, seat_numbers: Array.from({ length: 500_000 }, () => 'A1') };
  const startedAt = performance.now();
  assert.equal((await app.post('/customer/booking/initialize', { as: person, body: lists })).status, 400);
  assert.ok(performance.now() - startedAt < 5_000);
  assert.equal((await app.get('/customer/wallet', { as: person })).code, '200', 'and the next is served');
});

test('nothing a client sends makes a line of the log, and no secret is in one', async (t) => {
  const app = await startApp(t, { env: { API_GATEWAY_KEY: 'the-gateway-key', LOG_LEVEL: 'debug' } });
  const headers = { 'x-api-key': 'the-gateway-key' };
  const evil = 'x\r\n{"level":30,"msg":"forged"}\n\u001b[2J\u2028';
  const ask = (method: string, path: string, body?: unknown, token?: string) =>
    app.call(method, path, {
      headers: { ...headers, 'user-agent': 'a\tb', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body }),
    });
  await ask('POST', '/login', { username: evil, password: evil });
  await ask('GET', `/nowhere/${encodeURIComponent(evil)}?x=${encodeURIComponent(evil)}`);
  await ask('GET', `/shows/${encodeURIComponent(evil)}/seat-map`, undefined, evil.replaceAll(/[^ -~]/g, ''));
  const person = await signUpBehindKey(app, headers);
  await ask('POST', '/login', { username: person.username, password: 'Wrong@Password1' });
  await ask('POST', '/verify-security-answer', { email: person.email, security_answer: ANSWER });
  await ask('POST', '/customer/wallet/add-funds', { amount: 100, ...CARD }, person.token);
  await ask('POST', '/customer/wallet/add-funds', { amount: 100, ...CARD, cvv: '000' }, person.token);

  const lines = app.lines.join('').trimEnd().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.ok(entries.filter(({ msg }) => msg === 'request').length >= 8, 'a line a request');
  assert.ok(!entries.some(({ msg }) => msg === 'forged'));
  const log = lines.join('\n');
  const secrets = [
    'the-gateway-key',
    PASSWORD,
    'Wrong@Password1',
    ANSWER,
    CARD.card_number,
    person.token,
    person.email,
    person.number,
  ];
  for (const secret of secrets) assert.ok(!log.includes(secret), `the log tells ${secret}`);
  const request = entries.find(({ route }) => route === '/customer/wallet/add-funds');
  assert.deepEqual(
    Object.keys(request ?? {})
      .filter((key) => !['level', 'time', 'msg'].includes(key))
      .toSorted(),
    ['method', 'milliseconds', 'reqId', 'route', 'status', 'user'],
  );
});

async function signUpBehindKey(app: TestApp, headers: Record<string, string>) {
  const post: TestApp['post'] = (path, ask) =>
    app.post(path, { ...ask, headers: { ...ask?.headers, ...headers } });
  return signedUp({ ...app, post });
}
