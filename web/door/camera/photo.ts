import type { Decoder } from './decoder.ts';

/** The text of the code in a photo; none where none is found, or where the file is no picture. */
export async function readPhoto(decode: Decoder, file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  try {
    return await decode(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}
