import { proveCustomer, type AnswerNeeds, type Answered } from './answers.ts';
import { customerNotFound } from './errors.ts';
import { keepPicture, type PictureNeeds } from './keep-picture.ts';
import { readPicture } from './picture.ts';
import { replacePicture } from './queries.ts';

export type NewPicture = Answered & { username: string; base64: string; sha256: string };

/**
 * Replaces the picture. The old one is deleted after the new one is recorded. Throws INVALID_SECURITY_ANSWER,
 * RATE_LIMITED, and the refusals of a picture.
 */
export async function updatePicture(needs: AnswerNeeds & PictureNeeds, wish: NewPicture): Promise<void> {
  const { pool, store, scale, log } = needs;
  const { username } = await proveCustomer(needs, wish);
  const picture = await scale(readPicture(wish.base64, wish.sha256));
  const { before } = await keepPicture(needs, { username, picture }, async (url) => {
    const replaced = await replacePicture(pool, username, url);
    if (replaced === undefined) throw customerNotFound();
    return replaced;
  });
  if (before === null) return;
  await store
    .delete(before)
    .catch((error: unknown) => log.warn({ err: error, url: before }, 'an old picture is left in the store'));
}
