import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../support/app.ts';
import { wholeFile } from '../../support/database.ts';

const app = await startApp(wholeFile);
const customer = await app.customer();
const show = await app.show({ days: 1 });

type Told = readonly [status: number, code: string, message?: string];
const SHOW: Told = [200, '200'];

/** What the routes with an id tell each form of it. */
const ids: [title: string, id: string, told: Told][] = [
  ['digits', `${show}`, SHOW],
  ['a plus sign', `%2B${show}`, SHOW],
  ['leading zeros', `000${show}`, SHOW],
  ['a negative number', '-5', [404, 'SHOW_NOT_FOUND', 'Show not found for id: -5']],
  ['0', '0', [404, 'SHOW_NOT_FOUND', 'Show not found for id: 0']],
  [
    'a number beyond 2^53',
    '9007199254740993',
    [404, 'SHOW_NOT_FOUND', 'Show not found for id: 9007199254740993'],
  ],
  ['a number beyond bigint', '9223372036854775808', [404, 'SHOW_NOT_FOUND']],
  ['more zeros than a bigint has digits', '00000000000000000001', [404, 'SHOW_NOT_FOUND']],
  ['a fraction', '5.0', [400, 'INVALID_SHOW_ID']],
  ['an exponent', '1e3', [400, 'INVALID_SHOW_ID']],
  ['a space in front', '%205', [400, 'INVALID_SHOW_ID']],
  ['nothing', '', [400, 'INVALID_SHOW_ID']],
  ['digits of another script', '%D9%A1', [400, 'INVALID_SHOW_ID']],
  ['U+0000', '%00', [400, 'INVALID_SHOW_ID']],
];
for (const [title, id, [status, code, message]] of ids) {
  test(`an id of ${title} is ${status === 200 ? 'read' : code}, in a path as in a query`, async () => {
    for (const path of [`/shows/${id}/seat-map`, `/show?id=${id}`]) {
      const answer = await app.get(path, { as: customer });
      assert.deepEqual([answer.status, answer.code], [status, code], answer.text);
      if (message !== undefined) assert.equal(answer.json['message'], message);
    }
  });
}

const told = async (path: string): Promise<Told> => {
  const { status, code } = await app.get(path, { as: app.admin });
  return [status, code];
};

test('each route refuses a parameter in the words of the contract', async () => {
  const refused: [path: string, told: Told][] = [
    ['/shows?date=2026-02-30', [400, 'INVALID_DATE']],
    ['/slot?date=26-2-3', [400, 'INVALID_DATE']],
    ['/check-in/bookings?date=2026-02-30', [400, 'INVALID_PARAMS']],
    ['/check-in/bookings?show_id=x', [400, 'INVALID_PARAMS']],
    ['/check-in/bookings?before=9007199254740993', [400, 'INVALID_PARAMS']],
    ['/check-in/bookings?limit=0', [400, 'INVALID_PARAMS']],
    ['/revenue?timeframe=hourly', [400, 'INVALID_PARAMS']],
    ['/revenue?month=13', [400, 'INVALID_PARAMS']],
    ['/revenue?slot_id=1.5', [400, 'INVALID_PARAMS']],
    ['/revenue?genre=%00', [400, 'INVALID_PARAMS']],
    ['/booking-csv?month=0', [400, 'INVALID_MONTH']],
    ['/booking-csv?month=001', [400, 'INVALID_MONTH']],
    ['/booking-csv?year=%2B2025', [400, 'INVALID_YEAR']],
    ['/booking-csv?year=10000', [400, 'INVALID_YEAR']],
    ['/security-questions/by-email', [400, 'MISSING_EMAIL']],
    ['/security-questions/by-email?email=x', [400, 'INVALID_EMAIL']],
    ['/booking/x/qr', [400, 'INVALID_BOOKING_ID']],
    ['/booking/9007199254740993/pdf', [404, 'BOOKING_NOT_FOUND']],
    ['/pictures/a.jpg?expires=1', [403, 'FORBIDDEN']],
    ['/posters/%00.svg', [404, 'ROUTE_NOT_FOUND']],
  ];
  for (const [path, expected] of refused) assert.deepEqual(await told(path), expected, path);
});

test('an empty parameter is absent, and of a repeated one the first counts', async () => {
  for (const path of [
    '/shows?date=',
    '/slot?date=',
    '/check-in/bookings?show_id=&date=&limit=&before=',
    '/revenue?timeframe=&month=&year=&movie_id=&slot_id=&genre=',
    '/booking-csv?month=&year=&excel=',
    `/show?id=${show}&id=x`,
  ]) {
    assert.equal((await told(path))[0], 200, path);
  }
  assert.deepEqual(await told(`/show?id=x&id=${show}`), [400, 'INVALID_SHOW_ID']);
});

test('names that a route does not know are ignored', async () => {
  for (const more of ['x=1', '__proto__=x', 'constructor=x', 'toString=x', 'id[]=2']) {
    assert.equal((await told(`/show?id=${show}&${more}`))[0], 200, more);
  }
});

test('a body is checked before the id in the path', async () => {
  const path = '/customer/booking/x/payment';
  const codeOf = async (body: object) => (await app.post(path, { as: customer, body })).code;
  assert.equal(await codeOf({}), 'VALIDATION_ERROR');
  assert.equal(await codeOf({ payment_method: 'Wallet' }), 'INVALID_BOOKING_ID');
});
