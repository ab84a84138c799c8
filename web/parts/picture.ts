import { sha256 } from '../api/sha256.ts';

export const LARGEST_BYTES = 5 * 1024 * 1024;
const SIDE = 256;
// As the posters are drawn: dark grounds with light letters.
const GROUNDS = ['#7a2800', '#3b2f2a', '#22384d', '#2f4636', '#4a2a4f'];

export type SentPicture = { profile_img: string; profile_img_sha: string };

/** A file as sign-up wants it. */
export async function pictureToSend(file: Blob): Promise<SentPicture> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { profile_img: toBase64(bytes), profile_img_sha: sha256(bytes) };
}

/** Whether the browser can read it as a picture; the server decides in the end. */
export async function isPicture(file: Blob): Promise<boolean> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  picture?.close();
  return picture !== undefined;
}

/** Up to two first letters of a name, of any script. */
export const initialsOf = (name: string): string => {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => firstLetter(word ?? '')).join('');
};

/** A letter with the marks that belong to it. */
const firstLetter = (word: string): string => {
  const [first] = new Intl.Segmenter().segment(word);
  return first?.segment.toLocaleUpperCase() ?? '';
};

/** A picture of the customer's initials, for a customer without a picture. */
export function drawInitials(name: string): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = SIDE;
  canvas.height = SIDE;
  const pen = canvas.getContext('2d');
  if (pen) {
    pen.fillStyle = groundOf(name);
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.fillStyle = '#f7efe2';
    pen.font = `600 ${SIDE * 0.4}px Poppins, sans-serif`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillText(initialsOf(name), SIDE / 2, SIDE * 0.53);
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  );
}

/** Always the same for a name. */
export function groundOf(name: string): string {
  const sum = Array.from(name).reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0);
  return GROUNDS[sum % GROUNDS.length] ?? '';
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  // In pieces: arguments of one call have a limit.
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCodePoint(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
