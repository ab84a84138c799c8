import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { logIn, resetToken } from '../../customers/people.ts';
import { startApp, type Person } from '../../support/app.ts';
import { resolved, routesOf, type Described, type Document, type Schema } from '../../support/openapi.ts';
import { wholeFile } from '../../support/database.ts';

const app = await startApp(wholeFile);
const document = JSON.parse((await app.get('/openapi.json')).text) as Document;
const routes = routesOf(document);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'openapi', components: document.components });

/** What the API page fills in: parameters that have an example, and every field of a body. */
function exampleRequest(path: string, { parameters = [], requestBody }: Described) {
  const query = new URLSearchParams();
  let target = path;
  for (const { in: place, name, required, example } of parameters) {
    if (example === undefined) assert.ok(!required, `${name} has an example`);
    else if (place === 'query') query.set(name, String(example));
    else target = target.replace(`{${name}}`, encodeURIComponent(String(example)));
  }
  const json = requestBody?.content['application/json'];
  return {
    target: query.size > 0 ? `${target}?${query.toString()}` : target,
    body: json && ((json.example ?? exampleOf(json.schema, 'the body')) as Record<string, unknown>),
  };
}

function exampleOf({ examples, enum: values, properties, items }: Schema, name: string): unknown {
  if (examples) return examples[0];
  if (values) return values[0];
  if (items) return [exampleOf(items, name)];
  assert.ok(properties, `${name} has an example`);
  return Object.fromEntries(
    Object.entries(properties).map(([field, schema]) => [field, exampleOf(schema, field)]),
  );
}

const bodyOf = (path: string) => exampleRequest(path, document.paths[path]?.['post'] as Described).body ?? {};
const signUp = bodyOf('/customer/signup');
const asha = { username: String(signUp['username']), password: String(signUp['password']) };

/** A house that the examples are about: Asha has signed up as on the page, show 1 is on, she holds or has booking 1. */
async function openHouse(path: string): Promise<Person> {
  await app.needs.sessions.forget(asha.username);
  await app.script(`
    set local session_replication_role = replica;
    truncate booking, show, customertable, customer_wallet, wallet_transaction, payment_transaction,
      pending_booking_tracker, booking_seat_mapping, password_reset_tokens restart identity cascade;
    delete from password_history where username in (select username from usertable where role = 'customer');
    delete from usertable where role = 'customer'`);
  assert.equal(await app.show({ days: 1 }), 1);
  if (path === '/customer/signup') return { ...asha, token: '' };
  assert.equal((await app.post('/customer/signup', { body: signUp })).status, 201);
  const person = { ...asha, token: await logIn(app, asha.username, asha.password) };
  const isSold = /\/(qr|pdf)$|^\/check-in/.test(path);
  if (isSold || /\/(cancel|payment|extend|bookings)|booking\/\{id\}$/.test(path)) {
    assert.equal((await app.hold(person, 1, ['A1'])).data['booking_id'], 1);
  }
  if (isSold) assert.equal((await app.pay(person, 1)).code, '200');
  return person;
}

const personFor = (method: string, path: string, customer: Person): Person => {
  if (/^\/(staff|check-in)\//.test(path)) return app.staff;
  const isAdmins =
    /^\/(admin|slot|revenue|booking-csv|shows?\/movies)/.test(path) ||
    /^POST \/shows?$/.test(`${method} ${path}`);
  return isAdmins ? app.admin : customer;
};

/** The example, with what no page can know beforehand, as its description says: a token, a link. */
async function requestFor(path: string, operation: Described, customer: Person) {
  if (path.startsWith('/pictures/')) {
    const { data } = await app.get('/customer/profile-image', { as: customer });
    const { pathname, search } = new URL(String(data['presigned_url']));
    return { target: pathname + search, body: undefined };
  }
  const request = exampleRequest(path, operation);
  if (path !== '/forgot-password') return request;
  const reset_token = await resetToken(app, String(signUp['email']));
  return { ...request, body: { ...request.body, reset_token } };
}

/** The answer, of a stream only what comes first. */
async function send(method: string, target: string, as: Person | undefined, body: object | undefined) {
  const ended = new AbortController();
  const response = await fetch(app.base + target, {
    method,
    headers: {
      ...(as && { authorization: `Bearer ${as.token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: ended.signal,
  });
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const text = type === 'text/event-stream' ? '' : await response.text();
  ended.abort();
  return { status: response.status, type, text };
}

/** A schema whose references lead into the document. */
const absolute = (schema: Schema) =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as Schema;

function assertDescribed({ responses }: Described, key: string, type: string, text: string): void {
  const response = responses[key];
  const content = response && resolved(document, response).content?.[type];
  assert.ok(content, `an answer of ${type} is described for ${key}`);
  if (type !== 'application/json') return;
  const isValid = ajv.validate(absolute(content.schema), JSON.parse(text));
  assert.ok(isValid, `${text.slice(0, 500)} is not as described: ${ajv.errorsText()}`);
}

for (const { method, path, operation } of routes) {
  test(`${method} ${path} is described, and its example works when tried`, async () => {
    assert.ok(operation.summary && operation.tags?.length, 'a summary, and a group to find it in');
    const customer = await openHouse(path);
    const person = personFor(method, path, customer);
    const { target, body } = await requestFor(path, operation, customer);
    const needsToken = operation.security.some((schemes) => 'token' in schemes);
    if (needsToken) {
      const refused = await send(method, target, undefined, body);
      assert.equal(refused.status, 401);
      assertDescribed(operation, '401', refused.type, refused.text);
    }
    const answer = await send(method, target, needsToken ? person : undefined, body);
    assert.ok(answer.status === 200 || answer.status === 201, `${answer.status}: ${answer.text}`);
    assertDescribed(operation, String(answer.status), answer.type, answer.text);
  });
}

test('each route has a name of its own, fit for a function of a client', () => {
  const names = routes.map(({ operation }) => operation.operationId);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z][A-Za-z0-9]+$/);
  assert.ok(names.length > 40, `${names.length} routes`);
});

test('the page names the key of every route that takes one', () => {
  const keyed = routes
    .filter(({ operation }) => operation.parameters?.some(({ name }) => name === 'idempotency-key'))
    .map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(keyed.toSorted(), [
    'POST /admin/create-customer-booking',
    'POST /check-in/booking',
    'POST /check-in/bookings',
    'POST /customer/booking/initialize',
    'POST /customer/booking/payment',
    'POST /customer/booking/{id}/extend',
    'POST /customer/booking/{id}/payment',
    'POST /customer/wallet/add-funds',
  ]);
});
