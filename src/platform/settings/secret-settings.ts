import type { Reader } from './settings.ts';

/** A secret that is sent in a header. */
export function readHeaderSecret(read: Reader, name: string): string | undefined {
  const secret = read.value(name);
  if (secret === undefined || /^[ -~]+$/.test(secret)) return secret;
  read.fault(name, 'may hold ASCII characters only', 'a1b2c3d4');
  return undefined;
}

/** bcrypt reads 72 bytes, so a longer password would never match. */
export function readPassword(read: Reader, name: string): string | undefined {
  const secret = read.value(name);
  if (secret === undefined || Buffer.byteLength(secret) <= 72) return secret;
  read.fault(name, 'is longer than 72 bytes', 'a-shorter-one');
  return undefined;
}

export function readJwtSecret(read: Reader, name: string, production: boolean): string | undefined {
  const secret = read.value(name);
  const example = 'the output of: openssl rand -base64 48';
  if (production && secret === undefined) read.fault(name, 'is required in production', example);
  if (production && secret !== undefined && secret.length < 16) {
    read.fault(name, 'is shorter than 16 characters', example);
  }
  return secret;
}

/** `id:secret` pairs separated by commas; the first one signs. */
export function readKeys(read: Reader, name: string): { id: string; secret: string }[] | undefined {
  const text = read.value(name);
  if (text === undefined) return undefined;
  const keys = text.split(',').map((pair) => /^\s*([A-Za-z0-9_-]{1,16}):(\S{16,})\s*$/.exec(pair));
  const good = keys.filter((key) => key !== null).map(([, id = '', secret = '']) => ({ id, secret }));
  const distinct = new Set(good.map(({ id }) => id)).size === keys.length;
  if (!distinct) {
    read.fault(
      name,
      'must be id:secret pairs separated by commas, secrets of at least 16 characters',
      'k2:new-secret-...,k1:old-secret-...',
    );
  }
  return good;
}
