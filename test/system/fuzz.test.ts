import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startApp, type Person } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { snapshot } from '../support/snapshot.ts';

type Schema = {
  type?: string;
  anyOf?: Schema[];
  enum?: unknown[];
  items?: Schema;
  examples?: unknown[];
  properties?: Record<string, Schema>;
};
type Api = {
  paths: Record<string, { post?: { requestBody?: { content: Record<string, { schema: Schema }> } } }>;
};

const app = await startApp(wholeFile);
await app.needs.monitor.stop();
const person = await app.customer({ balance: '500.00' });
const show = await app.show();
const bookings = await Promise.all(
  ['A1', 'A2', 'A3'].map(async (seat) => Number((await app.hold(person, show, [seat])).data['booking_id'])),
);
const api = (await app.get('/openapi.json')).json as object as Api;
const routes = Object.entries(api.paths).filter(([, { post }]) => post);

const BATCH = 100;
const BATCHES = 10;
// A wrong reset token takes the customer's own with it, and an attempt to charge outlives its refusal.
const WRITTEN_BY_REFUSALS = ['password_reset_tokens', 'payment_transaction'];

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -0,
    -1,
    1.5,
    1e21,
    2 ** 53,
    -(2 ** 63),
    1e308,
    true,
    false,
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom(
    '\0',
    'A\0',
    '\uD800',
    '\uDFFFx',
    '\uFEFF',
    '‮',
    '1e2',
    '+5',
    '05',
    '.5',
    'NaN',
    '-1',
    '99999999999999999999.99',
  ),
  fc.constantFrom(
    `'; drop table booking; --`,
    '${process.exit()}',
    '../../etc/passwd',
    '<script>',
    '%00',
    'x'.repeat(20_000),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.maxSafeInteger(),
  fc.jsonValue({ maxDepth: 3 }),
);
const known = fc.constantFrom<number>(show, ...bookings, 1, 2, 999_999);

/** What a schema allows, near enough to get past validation often. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting));
  if (schema.type === 'array') return fc.array(value(schema.items ?? {}), { maxLength: 12 });
  if (schema.type === 'integer') return known;
  if (schema.type === 'number')
    return fc.oneof(fc.constantFrom(200, 200.001, 150.149_999_999_999_98), fc.double());
  const examples = schema.examples?.length ? [fc.constantFrom(...schema.examples)] : [];
  return fc.oneof(
    ...examples,
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('A4', 'J10', 'Asha Rao'),
  );
}

const value = (schema: Schema): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: fitting(schema) }, { weight: 2, arbitrary: hostile });

/** A body as text: mostly an object with the fields of the schema, now and then spoilt as text. */
function body({ properties = {} }: Schema): fc.Arbitrary<string> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, value(field)]));
  const object = fc.record({ ...fields, constructor: hostile, unknown: hostile }, { requiredKeys: [] });
  const spoil = fc.oneof(
    { weight: 12, arbitrary: fc.constant((text: string) => text) },
    fc.nat().map((at) => (text: string) => text.slice(0, at % (text.length + 1))),
    fc.constantFrom(
      (text: string) => `${text} ${text}`,
      (text: string) => `[${text}]`,
      (text: string) => `\uFEFF${text}`,
      (text: string) => text.replace('{', '{"__proto__": {"x": 1}, '),
      (text: string) => text.replaceAll(/:\d+/g, ':1e999'),
      (text: string) => text.replaceAll('"', `'`),
    ),
  );
  return fc
    .tuple(fc.oneof({ weight: 9, arbitrary: object }, hostile), spoil)
    .map(([json, spoilt]) => spoilt(JSON.stringify(json)));
}

const asker = (path: string): Person =>
  path.startsWith('/customer') ? person : path === '/change-password' ? person : app.admin;

for (const [path, { post }] of routes) {
  const schema = Object.values(post?.requestBody?.content ?? {})[0]?.schema ?? {};
  test(`POST ${path}: whatever comes, it is never our fault, and a refusal writes nothing`, async () => {
    const batches = fc.array(fc.tuple(body(schema), known), { minLength: BATCH, maxLength: BATCH });
    let before = await snapshot(app.pool, WRITTEN_BY_REFUSALS);
    await fc.assert(
      fc.asyncProperty(batches, async (asked) => {
        const statuses = await Promise.all(
          asked.map(async ([raw, id]) => {
            const { statusCode, body } = await app.inject({
              method: 'POST',
              url: path.replace(/\{\w+\}/, String(id)),
              headers: { authorization: `Bearer ${asker(path).token}`, 'content-type': 'application/json' },
              payload: raw,
            });
            assert.ok(statusCode < 500, `${raw.slice(0, 500)} -> ${body}`);
            return statusCode;
          }),
        );
        const after = await snapshot(app.pool, WRITTEN_BY_REFUSALS);
        if (statuses.every((status) => status >= 400)) assert.equal(after, before);
        before = after;
      }),
      { numRuns: BATCHES, endOnFailure: true },
    );
  });
}

test('every POST route of the contract is among them', () => {
  const paths = new Set(routes.map(([path]) => path));
  for (const path of [
    '/login',
    '/show',
    '/customer/booking/initialize',
    '/customer/booking/payment',
    '/admin/create-customer-booking',
  ]) {
    assert.ok(paths.has(path), path);
  }
});
