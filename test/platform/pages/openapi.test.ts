import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { startApp } from '../../support/app.ts';
import { wholeFile } from '../../support/database.ts';
import { routesOf, type Document } from '../../support/openapi.ts';

const app = await startApp(wholeFile);
const { text } = await app.get('/openapi.json');
const document = JSON.parse(text) as Document;
const routes = routesOf(document);
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

test('a public linter finds nothing wrong with the description', async () => {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      // A test listens on localhost, and the front page and the health checks refuse nothing.
      'no-server-example.com': 'off',
      'operation-4xx-response': 'off',
    },
  });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  assert.deepEqual(
    problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
    [],
  );
});

test('recurring shapes are components, and ids are integers wherever they are named', () => {
  const { schemas } = document.components;
  for (const name of ['Show', 'Slot', 'Seat', 'Booking', 'PaidBooking', 'Movie', 'Error']) {
    assert.ok(schemas[name]?.properties, name);
  }
  const ids = routes.flatMap(({ operation }) =>
    (operation.parameters ?? []).filter(({ name }) => /^(id|before|(show|slot)_id)$/.test(name)),
  );
  assert.ok(ids.length > 10, `${ids.length} ids`);
  for (const { name, schema } of ids) assert.equal(schema.type, 'integer', name);
});

test('parameters that a route cannot do without are marked', () => {
  const required = routes.flatMap((route) =>
    (route.operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query' && parameter.required)
      .map(({ name }) => `${nameOf(route)} ${name}`),
  );
  assert.deepEqual(required.toSorted(), [
    'GET /check-in/count show_id',
    'GET /pictures/{key} expires',
    'GET /pictures/{key} signature',
    'GET /security-question/by-email email',
    'GET /security-questions/by-email email',
    'GET /show id',
  ]);
});

test('aliases are deprecated, and nothing else is', () => {
  const deprecated = routes.filter(({ operation }) => operation.deprecated).map(nameOf);
  assert.deepEqual(deprecated.toSorted(), [
    'GET /security-question/by-email',
    'GET /shows/movies',
    'POST /customer/booking/{id}/payment',
    'POST /security-question/by-email',
    'POST /shows',
    'POST /verify-security-answer',
  ]);
});

test('statuses, roles, seat and payment types are enums', () => {
  const enumOf = (shape: string, name: string) =>
    document.components.schemas[shape]?.properties?.[name]?.enum;
  assert.deepEqual(enumOf('Booking', 'status'), ['Pending', 'Confirmed', 'CheckedIn']);
  assert.deepEqual(enumOf('PaidBooking', 'payment_type'), ['Card', 'Wallet', 'Cash']);
  assert.deepEqual(enumOf('Seat', 'type'), ['Standard', 'Deluxe']);
  assert.match(text, /"role":\{"type":"string","enum":\["customer","staff","admin"\]\}/);
});

test('the page begins with how to log in, the envelope and the errors', () => {
  const headings = document.info.description.match(/^## .+$/gm);
  assert.deepEqual(headings, ['## Log in', '## Answers', '## Errors']);
});

test('what only the program reads of a schema is not shown', () => {
  assert.doesNotMatch(text, /"(x-rule|x-refusals|x-component|x-described|anyText|mayBeAbsent)"/);
});

test('a value that the description does not know is answered all the same', async () => {
  const customer = await app.customer();
  const show = await app.show({ days: 1 });
  const { data } = await app.hold(customer, show, ['A1']);
  await app.script(`
    alter table seat alter column seat_type type varchar(50);
    update seat set seat_type = 'Balcony' where seat_number = 'A1';
    alter type payment_mode_enum add value 'Voucher'`);
  await app.script(`
    update booking set status = 'Confirmed', payment_type = 'Voucher' where id = ${String(data['booking_id'])}`);
  for (const path of ['/customer/bookings', '/customer/bookings/latest', `/shows/${show}/seat-map`]) {
    const answer = await app.get(path, { as: customer });
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.text, /Balcony|Voucher/, path);
  }
});
