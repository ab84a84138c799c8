import { createHash, randomInt } from 'node:crypto';
import { LONGEST_KEY } from '../platform/stores/object-store.ts';
import { fileTooLarge, invalidBase64, wrongHash } from './errors.ts';

export const LARGEST_PICTURE_BYTES = 5 * 1024 * 1024;

/**
 * The bytes of an uploaded picture, which arrives as base64 or as a file.
 * Throws INVALID_IMAGE, INVALID_IMAGE_HASH, FILE_TOO_LARGE, in that order.
 */
export function readPicture(upload: string | Buffer, sha256Hex: string): Buffer {
  const bytes = typeof upload === 'string' ? decodeBase64(upload) : upload;
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== sha256Hex.toLowerCase()) throw wrongHash();
  if (bytes.length > LARGEST_PICTURE_BYTES) throw fileTooLarge();
  return bytes;
}

/**
 * Base64 as browsers and phones write it: alone or in a data URL, of either alphabet, with its padding or without.
 * Line ends are skipped, nothing else is.
 */
function decodeBase64(text: string): Buffer {
  const packed = text.replace(DATA_URL, '').replaceAll(/[\r\n]/g, '');
  const isWhole = packed.endsWith('=') ? packed.length % 4 === 0 : packed.length % 4 !== 1;
  if (!isWhole || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)) throw invalidBase64();
  return Buffer.from(packed, 'base64');
}
const DATA_URL = /^data:[^,]{0,200};base64,/i;

/** The key of a new picture. It is unique. */
export function pictureKey(username: string): string {
  const unique = `${Date.now()}${String(randomInt(1e8)).padStart(8, '0')}`;
  const [before, after] = ['profile-images/', `_${unique}.jpg`];
  return before + encodeStart(username, LONGEST_KEY - before.length - after.length) + after;
}

// Thirty letters of four bytes would take 360 characters, more than the URL column has. The name only helps
// the operator, so it may be cut.
function encodeStart(username: string, room: number): string {
  let encoded = '';
  for (const letter of username) {
    const next = encoded + encodeURIComponent(letter);
    if (next.length > room) break;
    encoded = next;
  }
  return encoded;
}
