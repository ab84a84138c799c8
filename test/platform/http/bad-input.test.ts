import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../support/app.ts';
import { wholeFile } from '../../support/database.ts';
import { snapshot } from '../../support/snapshot.ts';

const app = await startApp(wholeFile);
await app.needs.monitor.stop();
const person = await app.customer();
const show = await app.show();
const HOLD = '/customer/booking/initialize';
const good = `{"show_id": ${show}, "seat_numbers": ["A1"]}`;

type Refused = readonly [status: number, code: string];
const MALFORMED: Refused = [400, 'INVALID_REQUEST'];
const INVALID: Refused = [400, 'VALIDATION_ERROR'];
const NO_SHOW: Refused = [404, 'SHOW_NOT_FOUND'];
const NO_SEAT: Refused = [400, 'INVALID_SEAT'];

/** Sends a body as it stands, and sees to it that a refusal has its envelope and has written nothing. */
async function refusal(
  path: string,
  raw: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Refused> {
  const before = await snapshot(app.pool);
  const answer = await app.post(path, { as: person, raw, headers });
  const { status, code, message, request_id } = answer.json as object as Record<string, unknown>;
  assert.equal(status, 'ERROR', answer.text);
  assert.ok(typeof message === 'string' && !/[{}]| at |sql|ajv|fastify/i.test(message), answer.text);
  assert.equal(answer.headers.get('x-request-id'), request_id);
  assert.equal(await snapshot(app.pool), before, 'a refused request writes nothing');
  return [answer.status, String(code)];
}

const withShow = (value: string) => `{"show_id": ${value}, "seat_numbers": ["A1"]}`;
const withSeats = (value: string) => `{"show_id": ${show}, "seat_numbers": ${value}}`;

const bodies: [title: string, body: string, expected: Refused][] = [
  ['nothing', '', MALFORMED],
  ['null', 'null', MALFORMED],
  ['a list', `[${good}]`, MALFORMED],
  ['a text', '"show"', MALFORMED],
  ['a number', '7', MALFORMED],
  ['text that is no JSON', 'show_id=1', MALFORMED],
  ['JSON cut off', good.slice(0, -1), MALFORMED],
  ['JSON cut off in a text', good.slice(0, -4), MALFORMED],
  ['something after the JSON', `${good} x`, MALFORMED],
  ['two JSON values', `${good}${good}`, MALFORMED],
  ['single quotes', good.replaceAll('"', `'`), MALFORMED],
  ['a trailing comma', good.replace('}', ',}'), MALFORMED],
  ['NaN', withShow('NaN'), MALFORMED],
  ['a bare control character', withSeats('["A\n"]'), MALFORMED],
  ['an empty object', '{}', INVALID],
  ['an id of text', withShow(`"${show}"`), MALFORMED],
  ['a fractional id', withShow(`${show}.5`), MALFORMED],
  ['an id beyond 2^53', withShow('9007199254740994'), MALFORMED],
  ['an id beyond all numbers', withShow('1e400'), MALFORMED],
  ['an id of true', withShow('true'), MALFORMED],
  ['an id of an object', withShow('{}'), MALFORMED],
  ['an id of a list', withShow(`[${show}]`), MALFORMED],
  ['an id of null', withShow('null'), INVALID],
  ['an id of 0', withShow('0'), INVALID],
  ['an id of -0', withShow('-0'), INVALID],
  ['a negative id', withShow(`-${show}`), NO_SHOW],
  ['an unknown id', withShow('9007199254740991'), NO_SHOW],
  ['a small unknown id', withShow('-9007199254740991'), NO_SHOW],
  ['seats of null', withSeats('null'), INVALID],
  ['no seats', withSeats('[]'), INVALID],
  ['seats of text', withSeats('"A1"'), MALFORMED],
  ['seats of an object', withSeats('{"0": "A1"}'), MALFORMED],
  ['a seat of a number', withSeats('["A1", 2]'), MALFORMED],
  ['a seat of null', withSeats('[null]'), MALFORMED],
  ['a seat of a list', withSeats('[["A1"]]'), MALFORMED],
  ['an empty seat', withSeats('[""]'), INVALID],
  ['a long seat', withSeats('["A1000"]'), INVALID],
  ['a seat of white space', withSeats('["  "]'), NO_SEAT],
  ['a seat that would end a statement', withSeats(`["';"]`), NO_SEAT],
  ['a seat of emojis, counted as characters', withSeats('["🎬🎬🎬"]'), NO_SEAT],
  ['a seat with U+0000', withSeats(String.raw`["A\u0000"]`), INVALID],
  ['a seat with half a surrogate pair', withSeats(String.raw`["A\ud800"]`), INVALID],
  ['half a million seats', withSeats(`[${'"A1",'.repeat(500_000)}"A1"]`), [400, 'TOO_MANY_SEATS']],
  ['half a million faulty seats', withSeats(`[${'"",'.repeat(500_000)}""]`), INVALID],
  ['half a million unreadable seats', withSeats(`[${String.raw`"\u0000",`.repeat(500_000)}""]`), INVALID],
  ['the deepest nesting in a field', withSeats('['.repeat(100_000) + ']'.repeat(100_000)), MALFORMED],
  ['nesting that never ends', '{"show_id":'.repeat(100_000), MALFORMED],
  ['of two names the last', `{"show_id": ${show}, "show_id": 0, "seat_numbers": ["A1"]}`, INVALID],
  ['only a prototype', `{"__proto__": ${good}}`, INVALID],
  ['only a constructor', `{"constructor": {"prototype": ${good}}}`, INVALID],
];
for (const [title, body, expected] of bodies) {
  test(`a hold with ${title} is refused`, async () => {
    assert.deepEqual(await refusal(HOLD, body), expected);
  });
}

test('invalid UTF-8 is no text, and a body in another encoding is no JSON', async () => {
  const [before, after] = withSeats('["A1"]').split('1"');
  const cut = Buffer.concat([Buffer.from(`${before}`), Buffer.from([0xff]), Buffer.from(`"${after}`)]);
  assert.deepEqual(await refusal(HOLD, cut), NO_SEAT);
  assert.deepEqual(await refusal(HOLD, Buffer.from(good, 'utf16le')), MALFORMED);
  assert.deepEqual(await refusal(HOLD, good.slice(0, 5), { 'content-encoding': 'gzip' }), MALFORMED);
});

test('a body of 10 MiB is read, one of more is refused before it is', async () => {
  const filled = (bytes: number) => `{"show_id": 0, "fill": "${'x'.repeat(bytes - 26)}"}`;
  assert.deepEqual(await refusal(HOLD, filled(10 * 1024 * 1024)), INVALID);
  assert.deepEqual(await refusal(HOLD, filled(10 * 1024 * 1024 + 1)), [413, 'PAYLOAD_TOO_LARGE']);
});

test('the last of two fields of a name counts, and fields that nobody knows are passed over', async () => {
  const odd = `{"show_id": "x", "__proto__": {"admin": true}, "constructor": 7, "toString": null, "Show_ID": 0,
    "show_id": ${show}, "seat_numbers": ["Z9"], "seat_numbers": ["B1"], "amount_due": 0}`;
  const answer = await app.post(HOLD, { as: person, raw: odd });
  assert.deepEqual(
    [answer.status, answer.data['seat_numbers'], answer.data['amount_due']],
    [201, ['B1'], 200],
  );
  assert.equal(Object.hasOwn(Object.prototype, 'admin'), false);
});

test('the Content-Type of a JSON body is not looked at', async () => {
  const types = [
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'multipart/form-data; boundary=x',
    ';;',
    'x',
  ];
  for (const [i, type] of types.entries()) {
    const raw = withSeats(`["C${i + 1}"]`);
    const answer = await app.post(HOLD, { as: person, raw, headers: { 'content-type': type } });
    assert.equal(answer.status, 201, `${type}: ${answer.text}`);
  }
});

test('a GET or DELETE may say that it carries JSON and carry nothing', async () => {
  const headers = { 'content-type': 'application/json' };
  assert.equal((await app.get(`/show?id=${show}`, { as: person, headers })).status, 200);
  const { data } = await app.hold(person, show, ['E1']);
  const path = `/customer/booking/${String(data['booking_id'])}/cancel`;
  assert.equal((await app.call('DELETE', path, { as: person, headers })).status, 200);
});

test('ids in paths and queries that are none are refused, and ids that nothing has are not found', async () => {
  for (const [path, status, code] of [
    ['/shows/x/seat-map', 400, 'INVALID_SHOW_ID'],
    ['/shows/1.0/seat-map', 400, 'INVALID_SHOW_ID'],
    ['/shows/1e3/seat-map', 400, 'INVALID_SHOW_ID'],
    ['/shows/%00/seat-map', 400, 'INVALID_SHOW_ID'],
    ['/shows/-5/seat-map', 404, 'SHOW_NOT_FOUND'],
    ['/shows/9007199254740993/seat-map', 404, 'SHOW_NOT_FOUND'],
    [`/shows/${'9'.repeat(200)}/seat-map`, 404, 'SHOW_NOT_FOUND'],
    ['/shows/%zz/seat-map', 404, 'ROUTE_NOT_FOUND'],
    ['/shows//seat-map', 400, 'INVALID_SHOW_ID'],
    ['/show', 400, 'INVALID_SHOW_ID'],
    ['/show?id=', 400, 'INVALID_SHOW_ID'],
    ['/show?id[]=1', 400, 'INVALID_SHOW_ID'],
    ['/show?id=%E0%A4%A', 400, 'INVALID_SHOW_ID'],
    ['/show?id=0', 404, 'SHOW_NOT_FOUND'],
    ['/shows?date=2026-02-30', 400, 'INVALID_DATE'],
    ['/shows?date=26-2-3', 400, 'INVALID_DATE'],
    ['/shows?date=2026-01-01%00', 400, 'INVALID_DATE'],
    ['/shows?date=9999-12-31', 400, 'DATE_OUT_OF_RANGE'],
    ['/Shows', 404, 'ROUTE_NOT_FOUND'],
    ['/nowhere?__proto__[x]=1', 404, 'ROUTE_NOT_FOUND'],
  ] as const) {
    const answer = await app.get(path, { as: person });
    assert.deepEqual([answer.status, answer.code], [status, code], `${path}: ${answer.text}`);
  }
});

test('after all this the app is well and has said nothing of an error', async () => {
  assert.equal((await app.hold(person, show, ['A1'])).status, 201);
  assert.deepEqual(
    app.lines.filter((line) => /"level":(50|60)/.test(line)),
    [],
  );
});
