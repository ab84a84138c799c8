import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import { Refusal } from '../errors.ts';
import type { Routes } from '../http/http.ts';
import { TextParameter } from '../validation/parameters.ts';
import { checkBase, storeUnavailable, type ObjectStore, type StoreLog } from './object-store.ts';

export type LocalStore = ObjectStore & {
  /** What a link opens. Throws FORBIDDEN for a forged or expired link, PICTURE_NOT_FOUND for a picture that is gone. */
  open(key: string, expires: string, signature: string): Promise<Buffer>;
};
export type LocalSettings = { folder: string; publicUrl: string; secret: string };

const PATH = '/pictures/';

/** Pictures as files under `folder`, for a machine without an object store. */
export function createLocalStore(settings: LocalSettings, log: StoreLog): LocalStore {
  const { folder, secret } = settings;
  const base = checkBase(settings.publicUrl.replace(/\/+$/, '') + PATH, 'PUBLIC_URL');
  const fileOf = (key: string) => join(folder, ...key.split('/'));

  return {
    async put(key, bytes) {
      if (!isKey(key)) throw new Error(`not a key: ${key}`);
      await writeWhole(fileOf(key), bytes).catch((error: unknown) => Promise.reject(storeUnavailable(error)));
      return base + key;
    },
    async delete(url) {
      const key = keyOf(url);
      if (key === undefined) return log.warn({ url }, 'not deleted: the object is not in the local store');
      await rm(fileOf(key), { force: true }).catch((error: unknown) =>
        Promise.reject(storeUnavailable(error)),
      );
    },
    async link(url, expiresInSeconds) {
      const key = keyOf(url);
      if (key === undefined) return undefined;
      const expires = Math.floor(Date.now() / 1_000) + expiresInSeconds;
      const path = key.split('/').map(encodeURIComponent).join('/');
      const signature = sign(secret, key, String(expires)).toString('base64url');
      return {
        url: `${base}${path}?expires=${expires}&signature=${signature}`,
        expiresAt: new Date(expires * 1_000),
      };
    },
    async open(key, expires, signature) {
      if (!isKey(key) || !isSigned(secret, key, expires, signature)) throw badLink();
      if (Number(expires) * 1_000 <= Date.now()) throw badLink();
      return readFile(fileOf(key)).catch((error: unknown) => Promise.reject(whyUnread(error)));
    },
  };
}

export const pictureRoutes: Routes<{ store: LocalStore }> = (app, { store }) => {
  app.get(
    '/pictures/*',
    {
      config: { keyless: true },
      schema: {
        summary: 'A picture, by a signed link',
        description: 'Key, end and signature as in the link that GET /customer/profile-image gives.',
        tags: ['customers'],
        params: Type.Object({ '*': TextParameter({ invalid: badLink }) }),
        produces: ['image/jpeg'],
        refusals: [pictureIsGone(), storeUnavailable()],
        querystring: Type.Object({
          expires: TextParameter({ invalid: badLink }),
          signature: TextParameter({ invalid: badLink }),
        }),
      },
    },
    async (request, reply) => {
      const { expires, signature } = request.query;
      const bytes = await store.open(request.params['*'], expires, signature);
      return reply.type('image/jpeg').header('cache-control', 'no-store').send(bytes);
    },
  );
};

// Keys stand in URLs as they are. The URL's beginning is not compared: the recorded ones outlive a change of PUBLIC_URL.
function keyOf(url: string): string | undefined {
  const [, key = ''] = /^https?:\/\/[^/]+(?:\/.*)?\/pictures\/(.+)$/.exec(url) ?? [];
  return isKey(key) ? key : undefined;
}

/** Nothing that a path could climb out with: no empty part, no dots alone, no backslash, no control character. */
const isKey = (key: string) =>
  /^[\w%.!~*'()/-]+$/.test(key) && key.split('/').every((part) => !['', '.', '..'].includes(part));

const sign = (secret: string, key: string, expires: string) =>
  createHmac('sha256', secret).update(`${key}\n${expires}`).digest();

function isSigned(secret: string, key: string, expires: string, signature: string): boolean {
  const given = Buffer.from(signature, 'base64url');
  const wanted = sign(secret, key, expires);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** A reader sees the whole file or none, also after a crash. */
async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(draft, bytes, { flag: 'wx', mode: 0o600, flush: true });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

const badLink = () => new Refusal(403, 'FORBIDDEN', 'This link is not valid or has expired');
const pictureIsGone = () => new Refusal(404, 'PICTURE_NOT_FOUND', 'This picture is gone');
const whyUnread = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ? pictureIsGone() : storeUnavailable(error);
