import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp, { type Color } from 'sharp';
import { createScaler } from '../../src/customers/scale-picture.ts';

const scale = createScaler({ sizePixels: 64 });
const FORMATS = ['jpeg', 'png', 'webp', 'gif'] as const;
const noPicture = { status: 400, code: 'INVALID_IMAGE' };
const refuses = (bytes: Buffer, why?: string) => assert.rejects(scale(bytes), noPicture, why);

const RED = { r: 255, g: 0, b: 0 };
const BLUE = { r: 0, g: 0, b: 255 };
const plain = (width: number, height: number, background: Color = RED) =>
  sharp({ create: { width, height, channels: 3, background } });
/** Left half red, right half blue. */
const halves = (width: number, height: number) =>
  plain(width, height).composite([
    {
      input: { create: { width: width / 2, height, channels: 3, background: BLUE } },
      left: width / 2,
      top: 0,
    },
  ]);

/** A picture that does not compress to nothing, so that a cut falls into its pixels. */
function noise(width: number, height: number) {
  let state = 1;
  const bytes = Buffer.alloc(width * height * 3).map(
    () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16,
  );
  return sharp(bytes, { raw: { width, height, channels: 3 } });
}

async function colourAt(jpeg: Buffer, x: number, y: number): Promise<'red' | 'blue' | 'white' | 'another'> {
  const [r = 0, g = 0, b = 0] = await sharp(jpeg)
    .extract({ left: x, top: y, width: 1, height: 1 })
    .raw()
    .toBuffer();
  if (r > 200 && g > 200 && b > 200) return 'white';
  if (r > 200 && g < 60 && b < 60) return 'red';
  return b > 200 && r < 60 && g < 60 ? 'blue' : 'another';
}

for (const format of FORMATS) {
  test(`a ${format} of any shape becomes a JPEG of exactly 64 by 64`, async () => {
    for (const [width, height] of [
      [300, 200],
      [200, 300],
      [64, 64],
      [2, 2],
      [4, 3_000],
      [3_000, 4],
    ] as const) {
      const jpeg = await scale(await halves(width, height).toFormat(format).toBuffer());
      const { format: made, width: w, height: h } = await sharp(jpeg).metadata();
      assert.deepEqual([made, w, h], ['jpeg', 64, 64]);
      if (width === 300)
        assert.deepEqual([await colourAt(jpeg, 8, 32), await colourAt(jpeg, 55, 32)], ['red', 'blue']);
    }
  });

  test(`half a ${format} is refused, wherever it was cut and whatever its shape`, async () => {
    for (const [width, height] of [
      [300, 200],
      [100, 900],
      [900, 100],
    ] as const) {
      const whole = await noise(width, height).toFormat(format).toBuffer();
      await scale(whole);
      for (const share of [0.01, 0.1, 0.5, 0.9, 0.97]) {
        await refuses(
          whole.subarray(0, Math.floor(whole.length * share)),
          `${width}x${height} cut at ${share}`,
        );
      }
    }
  });
}

test('half a progressive or interlaced picture is refused', async () => {
  for (const whole of [
    await noise(100, 900).jpeg({ progressive: true }).toBuffer(),
    await noise(100, 900).png({ progressive: true }).toBuffer(),
  ]) {
    await scale(whole);
    for (const share of [0.5, 0.9]) await refuses(whole.subarray(0, Math.floor(whole.length * share)));
  }
});

test('other formats and bytes that are no picture are refused', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
  const others = [
    Buffer.from(svg),
    Buffer.from(`<?xml version="1.0"?>${svg}`),
    await plain(9, 9).tiff().toBuffer(),
    await plain(64, 64).avif().toBuffer(),
  ];
  const junk = [
    '',
    'x',
    'this is not a picture',
    '%PDF-1.7',
    'GIF89a',
    '\u{ff}\u{d8}\u{ff}',
    'RIFF\0\0\0\0WEBPVP8 ',
  ];
  for (const bytes of [...others, ...junk.map((text) => Buffer.from(text, 'latin1'))]) await refuses(bytes);
});

test('a broken picture is refused', async () => {
  const png = await noise(100, 100).png().toBuffer();
  png.fill(0x5a, png.length / 2, png.length / 2 + 60);
  await refuses(png);
});

test('a picture taken with the camera on its side is turned upright', async () => {
  const lying = await halves(120, 80).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const jpeg = await scale(lying);
  assert.deepEqual([await colourAt(jpeg, 32, 4), await colourAt(jpeg, 32, 59)], ['red', 'blue']);
});

test('transparent parts become white', async () => {
  const clear = sharp({
    create: { width: 80, height: 80, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  });
  for (const format of ['png', 'webp', 'gif'] as const) {
    assert.equal(
      await colourAt(await scale(await clear.clone().toFormat(format).toBuffer()), 32, 32),
      'white',
      format,
    );
  }
});

test('grey, CMYK and sixteen-bit pictures become ordinary colour ones', async () => {
  const pictures = [
    plain(80, 80).greyscale().png(),
    plain(80, 80).toColourspace('cmyk').jpeg(),
    plain(80, 80).toColourspace('rgb16').png(),
  ];
  for (const picture of pictures) {
    const { channels, space, depth } = await sharp(await scale(await picture.toBuffer())).metadata();
    assert.deepEqual({ channels, space, depth }, { channels: 3, space: 'srgb', depth: 'uchar' });
  }
});

test('of an animated picture the first frame is taken', async () => {
  const frames = await Promise.all([RED, BLUE].map((colour) => plain(80, 80, colour).png().toBuffer()));
  for (const format of ['gif', 'webp'] as const) {
    const moving = await sharp(frames, { join: { animated: true } })
      .toFormat(format)
      .toBuffer();
    assert.equal((await sharp(moving).metadata()).pages, 2);
    assert.equal(await colourAt(await scale(moving), 32, 32), 'red', format);
  }
});

test('nothing that a picture says about its owner survives', async () => {
  const told = await plain(80, 80)
    .withExif({ IFD0: { Copyright: 'Maya' }, IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' } })
    .withXmp('<?xpacket?><x:xmpmeta xmlns:x="adobe:ns:meta/">Maya</x:xmpmeta>')
    .withIccProfile('p3')
    .jpeg()
    .toBuffer();
  assert.ok(told.includes('Maya'));
  const jpeg = await scale(told);
  const { exif, xmp, icc, iptc } = await sharp(jpeg).metadata();
  assert.deepEqual(
    { exif, xmp, icc, iptc },
    { exif: undefined, xmp: undefined, icc: undefined, iptc: undefined },
  );
  assert.ok(!jpeg.includes('Maya'));
});

test('when as many wait as may, the next are told to come back', async () => {
  const narrow = createScaler({ sizePixels: 64, waiting: 2 });
  const picture = await plain(500, 500).png().toBuffer();
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => narrow(picture)));
  const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
  assert.equal(refused.length, 2);
  for (const { status, retryAfterSeconds } of refused)
    assert.deepEqual({ status, retryAfterSeconds }, { status: 503, retryAfterSeconds: 5 });
  await narrow(picture);
});

test('a picture that has waited too long is refused, and a refused picture frees its place', async () => {
  const impatient = createScaler({ sizePixels: 64, patienceMs: 20 });
  const slow = impatient(await plain(6_300, 6_300).png({ progressive: true }).toBuffer());
  await assert.rejects(impatient(await plain(9, 9).png().toBuffer()), {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
  });
  await slow;
  await assert.rejects(impatient(Buffer.from('junk')), noPicture);
  await impatient(await plain(9, 9).png().toBuffer());
});
