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
  /** The same store, if this program serves the pictures as files itself. */
  localStore: LocalStore | undefined;
};

/** The store of pictures: S3 if it is configured, else local files. */
export async function openPictures({ config, log }: Foundation): Promise<Pictures> {
  const { pictures, publicUrl, dataDir } = config;
  const scale = createScaler({ sizePixels: pictures.size });
  if (pictures.s3) return { scale, store: await createS3Store(pictures.s3, log), localStore: undefined };
  const secret = await keptSecret(dataDir, 'pictures.secret');
  const localStore = createLocalStore({ folder: join(dataDir, 'pictures'), publicUrl, secret }, log);
  return { scale, store: localStore, localStore };
}
