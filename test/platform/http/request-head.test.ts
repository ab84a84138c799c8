import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../support/app.ts';
import { wholeFile } from '../../support/database.ts';
import { raw, type RawAnswer } from '../../support/raw.ts';

const app = await startApp(wholeFile);
const port = Number(new URL(app.base).port);
const send = (line: string, headers: readonly string[], body = '') =>
  raw(port, [line, 'Connection: close', ...headers, '', body].join('\r\n'));

function assertRefused({ status, head, body }: RawAnswer, wanted: number, code: string) {
  const envelope = JSON.parse(body) as Record<string, unknown>;
  assert.deepEqual([status, envelope['status'], envelope['code']], [wanted, 'ERROR', code]);
  assert.match(head, new RegExp(`x-request-id: ${String(envelope['request_id'])}`, 'i'));
  assert.match(head, /x-content-type-options: nosniff/i);
  assert.match(head, /access-control-allow-origin: \*/i);
}

test('a request without a Host is refused in the envelope, also where the answer lies ready', async () => {
  assertRefused(await send('GET /health HTTP/1.1', []), 400, 'INVALID_REQUEST');
  assertRefused(await send('POST /login HTTP/1.1', ['Content-Length: 2'], '{}'), 400, 'INVALID_REQUEST');
  assertRefused(await send('OPTIONS /login HTTP/1.1', []), 400, 'INVALID_REQUEST');

  const path = `/shows/${await app.show()}/seat-map`;
  const authorization = `Authorization: Bearer ${app.admin.token}`;
  for (const headers of [
    [authorization, 'Host: x'],
    [authorization, 'Host: x'],
  ]) {
    assert.equal((await send(`GET ${path} HTTP/1.1`, headers)).status, 200);
  }
  assertRefused(await send(`GET ${path} HTTP/1.1`, [authorization]), 400, 'INVALID_REQUEST');
});

test('HTTP/1.0 knew no Host and may do without', async () => {
  assert.equal((await send('GET /health HTTP/1.0', [])).status, 200);
  assert.equal((await send('GET /docs/ HTTP/1.0', [])).status, 200);
});

test('what a Host says decides nothing, be it no name at all', async () => {
  for (const host of ['', '[', 'a b', '%%', 'evil.example/x?', ':99999999']) {
    assert.equal((await send('GET /health HTTP/1.1', [`Host: ${host}`])).status, 200, host);
    assert.equal((await send('GET /docs/ HTTP/1.1', [`Host: ${host}`])).status, 200, host);
    const moved = await send('GET /docs HTTP/1.1', [`Host: ${host}`]);
    assert.match(moved.head, /^location: \/docs\/\r?$/im);
  }
});

test('an expectation that nobody knows is refused in the envelope', async () => {
  for (const expectation of ['a miracle', '200-ok', '']) {
    const answer = await send('GET /health HTTP/1.1', ['Host: x', `Expect: ${expectation}`]);
    assertRefused(answer, 417, 'EXPECTATION_FAILED');
  }
});

test('a client that expects 100 Continue gets it', async () => {
  const body = '{"username":"seed-user-1","password":"foobar"}';
  const headers = ['Host: x', 'Expect: 100-continue', `Content-Length: ${body.length}`];
  const { text } = await send('POST /login HTTP/1.1', headers, body);
  assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
});
