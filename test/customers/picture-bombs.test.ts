import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { Refusal } from '../../src/platform/errors.ts';
import { createScaler } from '../../src/customers/scale-picture.ts';

const scale = createScaler({ sizePixels: 64 });
const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'red' } });

/** Refused, and for this reason: many a bomb would be refused for another one too, but only after it has done its harm. */
const refuses = (bytes: Buffer, reason: RegExp) =>
  assert.rejects(scale(bytes), (error) => {
    assert.ok(error instanceof Refusal && error.code === 'INVALID_IMAGE');
    assert.match(String(error.cause), reason);
    return true;
  });

test('exactly 40 megapixels are taken, a row more is not', async (t) => {
  await timed(t, '40 MP', async () => void (await scale(png(8_000, 5_000))));
  await timed(t, '40 MP and a row', () => refuses(png(8_000, 5_001), /pixel limit/));
});

test('small files that claim to be huge are refused', async (t) => {
  const bomb = png(30_000, 30_000);
  t.diagnostic(`the PNG of 30,000 x 30,000 has ${bomb.length} bytes`);
  await timed(t, 'PNG bomb', () => refuses(bomb, /pixel limit/));
  await timed(t, 'PNG without its pixels', () => refuses(png(6_000, 6_000, Buffer.alloc(100)), /read error/));
  const gif = await plain(4, 4).gif().toBuffer();
  const frame = gif.lastIndexOf(0x2c, gif.length - 12);
  for (const at of [6, 8, frame + 5, frame + 7]) gif.writeUInt16LE(65_535, at);
  await timed(t, 'GIF that lies', () => refuses(gif, /pixel limit/));
  const webp = await plain(64, 64).webp({ lossless: true }).toBuffer();
  webp.writeUInt16LE(0xffff, 21);
  webp.writeUInt8((webp[23] ?? 0) | 0xff, 23);
  await timed(t, 'WebP that lies', () => refuses(webp, /dimensions/));
  const jpeg = await plain(64, 64).jpeg().toBuffer();
  for (const by of [5, 7]) jpeg.writeUInt16BE(65_000, jpeg.indexOf(Buffer.from([0xff, 0xc0])) + by);
  await timed(t, 'JPEG that lies', () => refuses(jpeg, /pixel limit/));
});

test('a JPEG of thousands of empty scans is refused', async (t) => {
  const whole = await plain(6_320, 6_320).jpeg({ progressive: true }).toBuffer();
  const last = whole.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = whole.subarray(last, -2);
  const bomb = Buffer.concat([
    whole.subarray(0, -2),
    ...Array.from({ length: 3_000 }, () => scan),
    whole.subarray(-2),
  ]);
  await timed(t, `scan bomb of ${bomb.length} bytes`, () => refuses(bomb, /too many scans/));
});

test('text and profiles that unpack to half a gigabyte do no harm', async (t) => {
  const small = png(30, 20);
  const packed = Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.alloc(500_000_000), { level: 1 })]);
  for (const type of ['zTXt', 'iCCP']) {
    const bomb = Buffer.concat([small.subarray(0, 33), chunk(type, packed), small.subarray(33)]);
    await timed(t, type, async () => void (await scale(bomb)));
  }
});

/** A grey PNG of one bit a pixel, all black unless given its pixels. */
function png(
  width: number,
  height: number,
  pixels = Buffer.alloc(height * (1 + Math.ceil(width / 8))),
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8);
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const edges = Buffer.alloc(8);
  edges.writeUInt32BE(data.length, 0);
  edges.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([edges.subarray(0, 4), body, edges.subarray(4)]);
}

/** Time and memory depend on the machine: they are shown, not judged. */
async function timed(t: TestContext, what: string, work: () => Promise<void>): Promise<void> {
  const [before, start] = [process.memoryUsage().rss, performance.now()];
  await work();
  const [ms, mb] = [performance.now() - start, (process.memoryUsage().rss - before) / 1e6];
  t.diagnostic(`${what}: ${ms.toFixed(0)} ms, ${mb.toFixed(0)} MB more`);
}
