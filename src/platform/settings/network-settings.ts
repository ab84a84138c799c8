import { isIP } from 'node:net';
import type { Reader } from './settings.ts';

/** An absolute URL, without a slash at its end. */
export function readUrl(
  read: Reader,
  name: string,
  protocols: readonly string[] = ['http:', 'https:'],
): string | undefined {
  const text = read.value(name);
  if (text === undefined) return undefined;
  if (protocols.some((protocol) => text.startsWith(`${protocol}//`)) && hasUnescapedSign(text)) {
    read.fault(
      name,
      'has a sign in its password, or elsewhere, that means something else in a URL: ' +
        'write # as %23, / as %2F, ? as %3F, @ as %40, % as %25',
      (EXAMPLES[name] ?? '').replace('secret', 's%23cret'),
    );
    return undefined;
  }
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocols.includes(protocol)) return text.replace(/\/+$/, '');
  read.fault(
    name,
    `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    EXAMPLES[name] ?? `${protocols[0]}//host`,
  );
  return undefined;
}

export function readOrigins(read: Reader, name: string): '*' | string[] {
  const list = listIn(read.value(name) ?? '*');
  if (list.includes('*')) return '*';
  const wrong = !list.every(isOrigin);
  if (wrong) read.fault(name, 'must be * or origins separated by commas', 'https://skyfox.example');
  return list;
}

/** Origins that are named one by one; none by default. */
export function readOriginList(read: Reader, name: string): string[] {
  const text = read.value(name);
  const list = text === undefined ? [] : listIn(text);
  if (!list.every(isOrigin)) {
    read.fault(name, 'must be origins separated by commas', 'https://posters.example');
  }
  return list;
}

/** A number of hops, or addresses and networks separated by commas. */
export function readTrustProxy(read: Reader, name: string): boolean | number | string[] {
  const text = read.value(name);
  if (text === undefined || text === 'off' || text === 'false') return false;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const addresses = text.split(',').map((address) => address.trim());
  if (addresses.every(isNetwork)) return addresses;
  read.fault(name, 'must be a number of hops, or addresses or networks separated by commas', '10.0.0.0/8');
  return false;
}

const EXAMPLES: Record<string, string> = {
  DATABASE_URL: 'postgresql://skyfox:secret@localhost:5432/skyfox',
  DATABASE_REPORTS_URL: 'postgresql://skyfox:secret@replica:5432/skyfox',
  DATABASE_DIRECT_URL: 'postgresql://skyfox:secret@localhost:5432/skyfox',
  MOVIE_SERVICE_URL: 'https://movies.example/movie-service',
  PAYMENT_GATEWAY_URL: 'https://payments.example/payment-service',
  PUBLIC_URL: 'https://api.skyfox.example',
  S3_ENDPOINT: 'http://localhost:9000',
  REDIS_URL: 'redis://localhost:6379',
};

/**
 * Whether a character in the user or password of a URL ends that part too soon, so an @ is left behind the
 * host.
 */
function hasUnescapedSign(text: string): boolean {
  if (/^https?:/.test(text)) return false;
  const [, authority = '', path = '', query = ''] = /^\w+:\/\/([^/?#]*)([^?#]*)([^#]*)/.exec(text) ?? [];
  if (text.includes('#') || path.includes('@')) return true;
  if (query.includes('@') && authority !== '' && !authority.includes('@')) return true;
  try {
    return decodeURIComponent(authority) === undefined;
  } catch {
    return true;
  }
}

const listIn = (text: string) => text.split(',').map((origin) => origin.trim().replace(/\/$/, ''));
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return (
    family !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}
