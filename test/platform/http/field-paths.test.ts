import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isList, listOperations, pathWith, sampleBody, textFields } from '../../support/api.ts';
import { startApp } from '../../support/app.ts';
import { wholeFile } from '../../support/database.ts';

const app = await startApp(wholeFile);
const customer = await app.customer();
type FieldError = { field: string; message: string; path: string };

test('every validation error of every route names the field as the request does', async () => {
  const operations = await listOperations(app);
  const routes = operations.filter(({ method, body }) => method === 'POST' && body?.properties);
  let judged = 0;
  for (const { path, body } of routes) {
    const names = Object.keys(body?.properties ?? {});
    const unreadable = textFields(body).map((name) =>
      sampleBody(body, { [name]: isList(body, name) ? ['A1', '\0'] : '\0' }),
    );
    for (const faulty of [{}, ...unreadable]) {
      const answer = await askAsSomebody(pathWith(path, 1), faulty);
      if (answer.code !== 'VALIDATION_ERROR') continue;
      const errors = answer.json['errors'] as unknown as FieldError[];
      for (const error of errors) {
        assert.deepEqual(Object.keys(error).toSorted(), ['field', 'message', 'path'], path);
        const [, name = '', entry] = /^(\w+)(\[\d+\])?$/.exec(error.path) ?? [];
        assert.ok(names.includes(name), `${path}: ${error.path}`);
        assert.equal(entry !== undefined, error.field.endsWith(']'), `${path}: ${error.path}`);
        judged += 1;
      }
    }
  }
  assert.ok(judged > 60, `${judged} errors were judged`);
});

test('of no seats a sale says what a hold says', async () => {
  const body = { show_id: 1, customer_name: 'Asha Rao', phone_number: '9876543210', seat_numbers: [] };
  for (const [path, as] of [
    ['/customer/booking/initialize', customer],
    ['/admin/create-customer-booking', app.admin],
  ] as const) {
    const answer = await app.post(path, { as, body });
    assert.deepEqual(
      answer.json['errors'],
      [{ field: 'SeatNumbers', message: 'Must be at least 1 characters', path: 'seat_numbers' }],
      path,
    );
  }
});

async function askAsSomebody(path: string, body: unknown) {
  const answer = await app.post(path, { as: customer, body });
  return answer.code === 'FORBIDDEN' ? app.post(path, { as: app.admin, body }) : answer;
}
