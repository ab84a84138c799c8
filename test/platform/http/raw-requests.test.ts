import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
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

/** Says something to the app word for word, and gives all that it answers until it hangs up. */
async function speak(line: string, headers: string[], body = ''): Promise<string> {
  const socket = connect(Number(new URL(app.base).port), '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  let said = '';
  socket.on('data', (text: string) => {
    said += text;
  });
  const own = [`Host: localhost`, `Authorization: Bearer ${person.token}`, 'Connection: close'];
  socket.write(`${[line, ...own, ...headers].join('\r\n')}\r\n\r\n${body}`);
  await once(socket, 'close');
  return said;
}

test('a body without a Content-Type is read, and a DELETE may say that it carries JSON and carry nothing', async () => {
  const body = `{"show_id": ${show}, "seat_numbers": ["D1"]}`;
  const bare = await speak(`POST ${HOLD} HTTP/1.1`, [`Content-Length: ${body.length}`], body);
  assert.match(bare, /^HTTP\/1\.1 201 /);
  const { data } = await app.hold(person, show, ['E1']);
  const path = `/customer/booking/${String(data['booking_id'])}/cancel`;
  assert.equal((await app.call('DELETE', path, { as: person })).status, 200);
  const none = await speak(`DELETE ${path} HTTP/1.1`, [
    'Content-Type: application/json',
    'Content-Length: 0',
  ]);
  assert.match(none, /^HTTP\/1\.1 404 [^]*BOOKING_NOT_FOUND/);
});

test('what is no HTTP, or two requests in one, is refused in our own words and hung up on', async () => {
  const chunked = `${good.length.toString(16)}\r\n${good}\r\n0\r\n\r\n`;
  for (const [line, headers, body, status] of [
    [
      `POST ${HOLD} HTTP/1.1`,
      ['Transfer-Encoding: chunked', `Content-Length: ${chunked.length}`],
      chunked,
      400,
    ],
    [`POST ${HOLD} HTTP/1.1`, ['Transfer-Encoding: chunked, identity'], chunked, 400],
    [`POST ${HOLD} HTTP/1.1`, ['Content-Length: 5', 'Content-Length: 6'], good, 400],
    [`POST ${HOLD} HTTP/1.1`, ['Content-Length: -1'], good, 400],
    [`POST ${HOLD} HTTP/1.1`, ['Transfer-Encoding: chunked'], `zz\r\n${good}`, 400],
    [`POST ${HOLD} HTTP/1.1`, ['X-Odd: a\u0000b'], '', 400],
    [`SMUGGLE ${HOLD} HTTP/1.1`, [], '', 400],
    ['GET /health HTTP/9.9', [], '', 400],
    ['GET /health HTTP/1.1', [`X-Long: ${'x'.repeat(20_000)}`], '', 431],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1`, [], '', 431],
  ] as const) {
    const answer = await speak(line, [...headers], body);
    const [head = '', text = ''] = answer.split('\r\n\r\n');
    assert.match(
      head,
      new RegExp(`^HTTP/1\\.1 ${status} `),
      `${line} ${headers.join().slice(0, 80)}: ${answer}`,
    );
    const envelope = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(
      [envelope['status'], typeof envelope['code'], typeof envelope['message']],
      ['ERROR', 'string', 'string'],
    );
    assert.match(head, new RegExp(`x-request-id: ${String(envelope['request_id'])}`, 'i'));
    assert.doesNotMatch(head, /server:|x-powered-by/i);
  }
  assert.equal(await app.count('booking_seat_mapping', `seat_number = 'A1'`), 0);
});

test('a request that is let down half-way leaves nothing behind', async () => {
  const before = await snapshot(app.pool);
  const socket = connect(Number(new URL(app.base).port), '127.0.0.1');
  socket.write(
    `POST ${HOLD} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.token}\r\nContent-Length: 500\r\n\r\n${good}`,
  );
  await once(socket, 'connect');
  socket.resetAndDestroy();
  assert.equal((await app.get('/health')).status, 200);
  assert.equal(await snapshot(app.pool), before);
});

test('after all this the app is well and has said nothing of an error', async () => {
  assert.equal((await app.hold(person, show, ['A1'])).status, 201);
  assert.deepEqual(
    app.lines.filter((line) => /"level":(50|60)/.test(line)),
    [],
  );
});
