import { join } from 'node:path';
import { createScaler, type ScalePicture } from '../customers/customers.ts';
import { keptSecret } from '../platform/settings/secrets.ts';
import { createLocalStore, type LocalStore } from '../platform/stores/local-store.ts';
import type { ObjectStore } from '../platform/stores/object-store.ts';
import { createS3Store } from '../platform/stores/s3-store.ts';
import type { Foundation } from './foundation.ts';

export type Pictures = {
  scale: ScalePicture;
  store: ObjectStore;
  /** The same store, where pictures are files that this program serves itself. */
  localStore: LocalStore | undefined;
};

/** Where pictures are kept: S3 where it is configured, else files of our own. */
export async function openPictures({ config, log }: Foundation): Promise<Pictures> {
  const { pictures, publicUrl, dataDir } = config;
  const scale = createScaler({ sizePixels: pictures.size });
  if (pictures.s3) return { scale, store: await createS3Store(pictures.s3, log), localStore: undefined };
  const secret = await keptSecret(dataDir, 'pictures.secret');
  const localStore = createLocalStore({ folder: join(dataDir, 'pictures'), publicUrl, secret }, log);
  return { scale, store: localStore, localStore };
}
