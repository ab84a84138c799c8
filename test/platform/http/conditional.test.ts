import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../support/app.ts';
import { wholeFile } from '../../support/database.ts';

const app = await startApp(wholeFile);
const as = await app.customer();
const path = `/shows/${await app.show({ days: 1 })}/seat-map`;

/** The tag of the answer as it is now, without W/ and quotes. */
async function opaqueTag(): Promise<string> {
  const { headers } = await app.get(path, { as });
  const [, opaque = ''] = /^W\/"(.+)"$/.exec(headers.get('etag') ?? '') ?? [];
  assert.ok(opaque.length > 20);
  return opaque;
}

test('a client that has an answer is told so, however it names the tag', async () => {
  const tag = await opaqueTag();
  const known = [
    `"${tag}"`,
    `W/"${tag}"`,
    '*',
    ' * ',
    `"a", "${tag}"`,
    `W/"a",W/"${tag}" , "b"`,
    `"","${tag}"`,
    `"a,b", "${tag}"`,
  ];
  for (const header of known) {
    // From the route and by the fast path.
    for (let round = 0; round < 2; round += 1) {
      const answer = await app.get(path, { as, headers: { 'if-none-match': header } });
      assert.deepEqual([answer.status, answer.text], [304, ''], header);
      assert.equal(answer.headers.get('etag'), `W/"${tag}"`, header);
    }
  }
});

test('a client that has another answer, or names no tag, gets it whole', async () => {
  const tag = await opaqueTag();
  const others = [
    `"${tag}x"`,
    `"x${tag}"`,
    `"${tag.slice(1)}"`,
    tag,
    '""',
    '',
    '"*"',
    `"${tag}`,
    'W/',
    `W/"a", "b"`,
    `"${tag.toLowerCase()}"`,
  ];
  for (const header of others) {
    const answer = await app.get(path, { as, headers: { 'if-none-match': header } });
    assert.equal(answer.status, 200, header);
  }
});

test('what is not there is not unchanged', async () => {
  const gone = await app.get('/shows/99999999/seat-map', { as, headers: { 'if-none-match': '*' } });
  assert.equal(gone.code, 'SHOW_NOT_FOUND');
  const refused = await app.get(path, { headers: { 'if-none-match': '*' } });
  assert.equal(refused.code, 'MISSING_AUTH_HEADER');
});

test('every list that carries a tag is asked for by it', async () => {
  for (const url of [`/shows`, '/slot', '/slot-all', '/show/movies', '/shows/movies']) {
    const { headers } = await app.get(url, { as: app.admin });
    const strong = headers.get('etag')?.replace('W/', '') ?? '';
    const again = await app.get(url, { as: app.admin, headers: { 'if-none-match': `"a", ${strong}` } });
    assert.equal(again.status, 304, url);
  }
});

test('a browser may send across origins what asks again, goes on and traces, and may read the tag', async () => {
  const headers = { origin: 'https://films.example', 'access-control-request-method': 'GET' };
  const { headers: allowed } = await app.call('OPTIONS', path, { headers });
  const names = (allowed.get('access-control-allow-headers') ?? '').toLowerCase().split(', ');
  assert.deepEqual(
    new Set(names),
    new Set([
      'authorization',
      'content-type',
      'x-api-key',
      'x-request-id',
      'idempotency-key',
      'if-none-match',
      'last-event-id',
      'traceparent',
      'tracestate',
      'baggage',
      'sentry-trace',
    ]),
  );
  const answer = await app.get(path, { as, headers: { origin: 'https://films.example' } });
  const readable = answer.headers.get('access-control-expose-headers') ?? '';
  for (const name of ['ETag', 'X-Request-ID', 'Retry-After']) assert.ok(readable.includes(name), name);
});
