import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, crc32 } from 'node:zlib';
import { startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { application, pictureFields } from './people.ts';

const chunk = (type: string, data: Buffer) => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return out;
};

/** A PNG of 30,000 x 30,000 dots in a few kilobytes. */
function bomb() {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(30_000, 0);
  header.writeUInt32BE(30_000, 4);
  header.writeUInt8(1, 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const pixels = deflateSync(Buffer.alloc(1_000_000), { level: 9 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('twenty bombs and twenty bodies of more than ten MiB at once are refused, and nothing breaks', async (t) => {
  const app = await startApp(t);
  const picture = pictureFields(bomb());
  const tooLarge = JSON.stringify({ profile_img: 'x'.repeat(10 * 1024 * 1024) });
  const before = process.memoryUsage.rss();
  const startedAt = performance.now();
  const refused = await Promise.all([
    ...Array.from({ length: 20 }, () => app.post('/customer/signup', { body: application(picture) })),
    // A client that is hung up on while it sends sees the connection cut instead of the answer.
    ...Array.from({ length: 20 }, () =>
      app.post('/customer/signup', { raw: tooLarge }).catch(() => ({ code: 'PAYLOAD_TOO_LARGE' })),
    ),
  ]);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const grownMb = Math.round((process.memoryUsage.rss() - before) / 2 ** 20);
  t.diagnostic(`${seconds} s, and ${grownMb} MB more for client and server together`);
  assert.deepEqual(tally(refused.map(({ code }) => code)), { INVALID_IMAGE: 20, PAYLOAD_TOO_LARGE: 20 });
  assert.equal((await app.post('/customer/signup', { body: application() })).status, 201);
});
