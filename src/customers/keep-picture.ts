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
 * Stores a picture, scaled already, and has `record` write its URL down; without that the picture is taken away again.
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

// A connection that is lost at the commit leaves open whether the picture is recorded: that is looked up, and where it
// cannot be, a picture too many is better than a customer whose picture is gone.
async function dropUnrecorded({ pool, store, log }: PictureNeeds, username: string, url: string) {
  try {
    if ((await findProfile(pool, username))?.pictureUrl !== url) await store.delete(url);
  } catch (error) {
    log.warn({ err: error, url }, 'a picture that nobody has is left in the store');
  }
}
