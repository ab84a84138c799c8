import jsqr from 'jsqr';
import sharp from 'sharp';

/** The text of a QR code in a picture, read by another library than the one that made it. */
export async function readCode(picture: Buffer): Promise<string | undefined> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const found = jsqr.default(new Uint8ClampedArray(data), info.width, info.height);
  return found === null ? undefined : Buffer.from(found.binaryData).toString();
}
