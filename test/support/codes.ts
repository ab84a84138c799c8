import jsqr from 'jsqr';
import sharp from 'sharp';

/** The text of a QR code in a picture, read by another library than its maker. */
export async function readCode(picture: Buffer): Promise<string | undefined> {
  const found = await find(picture);
  return found === null ? undefined : Buffer.from(found.binaryData).toString();
}

const ECI = 'eci' as jsqr.QRCode['chunks'][number]['type'];

/** Whether a code announces an encoding (ECI). */
export async function announcesEncoding(picture: Buffer): Promise<boolean> {
  const found = await find(picture);
  if (found === null) throw new Error('no code in the picture');
  return found.chunks.some(({ type }) => type === ECI);
}

async function find(picture: Buffer) {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return jsqr.default(new Uint8ClampedArray(data), info.width, info.height);
}
