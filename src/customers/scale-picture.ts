import type Sharp from 'sharp';
import { bulkhead, isBulkheadRejectedError, isTaskCancelledError } from 'cockatiel';
import { unavailable } from '../platform/errors.ts';
import { lazy } from '../platform/process/lazy.ts';
import { invalidImage } from './errors.ts';

/**
 * Makes a square JPEG of an uploaded picture. Throws INVALID_IMAGE; SERVICE_UNAVAILABLE when too many uploads
 * wait.
 */
export type ScalePicture = (bytes: Buffer) => Promise<Buffer>;
export type ScalerSettings = { sizePixels: number; atOnce?: number; waiting?: number; patienceMs?: number };

// Loaded with the first picture: it takes ten megabytes.
const loadSharp = lazy(async (): Promise<typeof Sharp> => {
  const { default: sharp } = await import('sharp').catch((error: unknown) =>
    Promise.reject(unavailable(error)),
  );
  // Only these four formats are decoded. The decoders of SVG, TIFF and others are large programs with their
  // own faults.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'],
  });
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
});

const MAX_PIXELS = 40_000_000;
// Cameras write about ten, and random bytes in five MiB of metadata look like eighty. 400 KB with 2,600 scans
// of a large picture took half a minute, and sharp has no time-out that ends it.
const MAX_JPEG_SCANS = 200;
// Beyond this ratio the long side is squeezed, so that a thread of one pixel by 65,000 does not grow into gigabytes.
const MAX_RATIO = 16;

/** The worst picture takes 2.3 s and 340 MB, so by default one is decoded at a time; an ordinary one takes 20 ms. */
export function createScaler(settings: ScalerSettings): ScalePicture {
  const { sizePixels, atOnce = 1, waiting = 100, patienceMs = 5_000 } = settings;
  const turns = bulkhead(atOnce, waiting);
  return async (bytes) => {
    try {
      return await turns.execute(() => scale(bytes, sizePixels), AbortSignal.timeout(patienceMs));
    } catch (error) {
      throw isBulkheadRejectedError(error) || isTaskCancelledError(error) ? unavailable(error, 5) : error;
    }
  };
}

/** The middle of the picture, upright, on white, without any metadata of the file. */
async function scale(bytes: Buffer, size: number): Promise<Buffer> {
  const sharp = await loadSharp();
  const { data, info } = await shrink(sharp, bytes, size).catch((error: unknown) =>
    Promise.reject(invalidImage(error)),
  );
  return sharp(data, { raw: info }).resize(size, size, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer();
}

// Cropping is left to the next step: in one step with the decoding it stops at the last row it needs, and a tall
// picture whose end is missing would pass.
async function shrink(sharp: typeof Sharp, bytes: Buffer, size: number) {
  if (isJpeg(bytes) && countScans(bytes) > MAX_JPEG_SCANS) throw new Error('too many scans');
  const picture = sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS });
  const { width, height } = (await picture.metadata()).autoOrient;
  const factor = size / Math.min(width, height);
  const side = (pixels: number) => Math.min(Math.round(pixels * factor), size * MAX_RATIO);
  return picture
    .timeout({ seconds: 10 })
    .autoOrient()
    .flatten({ background: 'white' })
    .resize(side(width), side(height), { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
}

const isJpeg = (bytes: Buffer) => bytes[0] === 0xff && bytes[1] === 0xd8;

function countScans(bytes: Buffer): number {
  let scans = 0;
  for (let at = bytes.indexOf(START_OF_SCAN); at !== -1; at = bytes.indexOf(START_OF_SCAN, at + 2))
    scans += 1;
  return scans;
}
const START_OF_SCAN = Buffer.from([0xff, 0xda]);
