import type { FastifyBaseLogger } from 'fastify';
import type { Sql } from '../platform/database/db.ts';
import type { ObjectStore } from '../platform/stores/object-store.ts';
import { pictureKey } from './picture.ts';
import { findProfile } from './queries.ts';
import type { ScalePicture } from './scale-picture.ts';

export type PictureNeeds = {
  pool: Sql;
  store: ObjectStore;
  scale: ScalePicture;
  log: Pick<FastifyBaseLogger, 'warn'>;
};

/**
 * Stores a scaled picture and calls `record` to write its URL to the database. If `record` fails, the picture
 * is deleted again.
 */
export async function keepPicture<T>(
  needs: PictureNeeds,
  { username, picture }: { username: string; picture: Buffer },
  record: (url: string) => Promise<T>,
): Promise<T> {
  const url = await needs.store.put(pictureKey(username), picture, 'image/jpeg');
  try {
    return await record(url);
  } catch (error) {
    await dropUnrecorded(needs, username, url);
    throw error;
  }
}

// A connection lost at the commit leaves it open whether the picture is recorded, so the database is asked.
// If it cannot be asked, the picture stays: an unused picture is better than a customer without one.
async function dropUnrecorded({ pool, store, log }: PictureNeeds, username: string, url: string) {
  try {
    if ((await findProfile(pool, username))?.pictureUrl !== url) await store.delete(url);
  } catch (error) {
    log.warn({ err: error, url }, 'an unused picture is left in the store');
  }
}
