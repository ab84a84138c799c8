import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import sharp from 'sharp';
import { application, sha256 } from '../customers/people.ts';
import { startApp } from '../support/app.ts';
import { KEY, lacks, startNginx } from '../support/nginx.ts';

const skip = lacks('nginx');
const [SIDE, TICK_MS] = [1_270, 100];
// Noise, so that it is as large as it looks: 4.6 MiB.
const picture = await sharp(randomBytes(SIDE * SIDE * 3), { raw: { width: SIDE, height: SIDE, channels: 3 } })
  .png()
  .toBuffer();

/** A sign-up as a form, as a telephone sends it. */
async function signUpForm(): Promise<Buffer> {
  const { profile_img: _, ...fields } = application({ profile_img_sha: sha256(picture) });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  form.append('profile_img', new Blob([new Uint8Array(picture)], { type: 'image/png' }), 'me.png');
  const sent = new Response(form);
  const head = [
    'POST /customer/signup HTTP/1.1',
    'Host: test',
    `X-Api-Key: ${KEY}`,
    `Content-Type: ${sent.headers.get('content-type')}`,
  ];
  const body = await sent.bytes();
  return Buffer.concat([Buffer.from([...head, `Content-Length: ${body.length}`, '', ''].join('\r\n')), body]);
}

/** Sends at so many bytes a second until all is sent, or somebody hangs up; the status of the answer, 0 if none. */
async function sendSlowly(port: number, bytes: Buffer, bytesPerSecond: number) {
  const startedAt = performance.now();
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.on('error', () => undefined);
  let answered = '';
  socket.on('data', (text: string) => (answered += text));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const isAnswered = () => answered.includes('\r\n\r\n') || socket.closed;
  for (let sent = 0; sent < bytes.length && !isAnswered(); await sleep(TICK_MS)) {
    const due = Math.ceil(((performance.now() - startedAt) / 1_000) * bytesPerSecond);
    socket.write(bytes.subarray(sent, due));
    sent = Math.max(sent, due);
  }
  while (!isAnswered()) await Promise.race([closed, sleep(TICK_MS)]);
  socket.destroy();
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(answered)?.[1] ?? 0),
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

test(
  'a picture of 4.6 MiB arrives at 100 kB/s, with nginx in front and without, and a trickle does not',
  { skip },
  async (t) => {
    assert.ok(picture.length > 4.5 * 2 ** 20 && picture.length < 5 * 2 ** 20, `${picture.length} bytes`);
    const app = await startApp(t);
    const { port: front } = await startNginx(t, { upstream: new URL(app.base).host });
    const direct = Number(new URL(app.base).port);
    const [slow, slowBehindNginx, trickle, trickleBehindNginx] = await Promise.all([
      sendSlowly(direct, await signUpForm(), 100_000),
      sendSlowly(front, await signUpForm(), 100_000),
      sendSlowly(direct, await signUpForm(), 2_000),
      sendSlowly(front, await signUpForm(), 2_000),
    ]);
    for (const { status, seconds } of [slow, slowBehindNginx]) {
      assert.equal(status, 201);
      assert.ok(seconds > 45, `it took ${seconds} s`);
    }
    assert.deepEqual([trickle.status, trickleBehindNginx.status], [408, 408]);
    for (const { seconds } of [trickle, trickleBehindNginx]) assert.ok(seconds < 45, `it took ${seconds} s`);
  },
);
