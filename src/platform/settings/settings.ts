import { isIP } from 'node:net';
import { StartFault } from '../errors.ts';
import { findNearMisses, type NearMiss } from './near-misses.ts';

export type Environment = Record<string, string | undefined>;
type Range = { min: number; max: number };

/** Reads settings of many kinds and remembers every fault, so that all are told at once. */
export class Reader {
  readonly #env: Environment;
  readonly #faults: string[] = [];
  readonly #known = new Set<string>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Names in the environment that look like a setting that was asked for, and are none. */
  nearMisses(): NearMiss[] {
    return findNearMisses(Object.keys(this.#env), this.#known);
  }

  /** Secrets are never shown: a fault says what is wrong, not what was given. */
  fault(name: string, wrong: string, example: string): void {
    this.#faults.push(`${name} ${wrong}; for example ${name}=${example}`);
  }

  /** Throws a StartFault with one line a fault, if there is any. */
  finish(): void {
    if (this.#faults.length > 0) throw new StartFault(this.#faults.join('\n'));
  }

  // An empty value is an absent one: compose files and dashboards cannot unset a variable.
  #raw(name: string): string | undefined {
    this.#known.add(name);
    return this.#env[name]?.trim() || undefined;
  }

  text(name: string, standard: string): string {
    return this.#raw(name) ?? standard;
  }

  isSet(name: string): boolean {
    return this.#raw(name) !== undefined;
  }

  secret(name: string): string | undefined {
    return this.#raw(name);
  }

  /** A secret that travels in a header. */
  headerSecret(name: string): string | undefined {
    const secret = this.#raw(name);
    if (secret === undefined || /^[ -~]+$/.test(secret)) return secret;
    this.fault(name, 'may hold ASCII characters only', 'a1b2c3d4');
    return undefined;
  }

  /** bcrypt reads 72 bytes, so that nobody could log in with a longer one. */
  password(name: string): string | undefined {
    const secret = this.#raw(name);
    if (secret === undefined || Buffer.byteLength(secret) <= 72) return secret;
    this.fault(name, 'is longer than 72 bytes', 'a-shorter-one');
    return undefined;
  }

  oneOf<T extends string>(name: string, choices: readonly T[], standard: T): T {
    const value = this.#raw(name) ?? standard;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.fault(name, `must be one of ${choices.join(', ')}`, standard);
    return found ?? standard;
  }

  flag(name: string): boolean {
    return this.oneOf(name, ['true', 'false'], 'false') === 'true';
  }

  whole(name: string, standard: number, range: Range): number {
    return this.optionalWhole(name, range, standard) ?? standard;
  }

  optionalWhole(name: string, { min, max }: Range, example = min): number | undefined {
    const text = this.#raw(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.fault(name, `must be a whole number from ${min} to ${max}`, String(example));
    return undefined;
  }

  url(name: string, protocols: readonly string[] = ['http:', 'https:']): string | undefined {
    const text = this.#raw(name);
    if (text === undefined) return undefined;
    if (protocols.some((protocol) => text.startsWith(`${protocol}//`)) && hasBareSign(text)) {
      this.fault(
        name,
        'has a sign in its password, or elsewhere, that means something else in a URL: ' +
          'write # as %23, / as %2F, ? as %3F, @ as %40, % as %25',
        (EXAMPLES[name] ?? '').replace('secret', 's%23cret'),
      );
      return undefined;
    }
    const protocol = URL.canParse(text) ? new URL(text).protocol : '';
    if (protocols.includes(protocol)) return text.replace(/\/+$/, '');
    this.fault(
      name,
      `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
      EXAMPLES[name] ?? `${protocols[0]}//host`,
    );
    return undefined;
  }

  /** Where it is unset, the machine's, which may have none that has a name. */
  timeZone(name: string): string {
    const given = this.#raw(name);
    const zone = given ?? ownZone() ?? '';
    try {
      // An offset would pass too, and PostgreSQL reads its sign the other way round.
      if (/^[+-]|^$/.test(zone)) throw new RangeError(zone);
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone && zone;
    } catch {
      const wrong = given === undefined ? 'is not set, and this machine names no zone of its own' : NO_ZONE;
      this.fault(name, wrong, 'Asia/Kolkata');
      return 'UTC';
    }
  }

  origins(name: string): '*' | string[] {
    const list = listIn(this.#raw(name) ?? '*');
    if (list.includes('*')) return '*';
    const wrong = !list.every(isOrigin);
    if (wrong) this.fault(name, 'must be * or origins separated by commas', 'https://skyfox.example');
    return list;
  }

  /** Origins that are named one by one; none by default. */
  originList(name: string): string[] {
    const text = this.#raw(name);
    const list = text === undefined ? [] : listIn(text);
    if (!list.every(isOrigin)) {
      this.fault(name, 'must be origins separated by commas', 'https://posters.example');
    }
    return list;
  }

  /** A number of hops, or addresses and networks separated by commas. */
  trustProxy(name: string): boolean | number | string[] {
    const text = this.#raw(name);
    if (text === undefined || text === 'off' || text === 'false') return false;
    if (/^\d{1,2}$/.test(text)) return Number(text);
    const addresses = text.split(',').map((address) => address.trim());
    if (addresses.every(isNetwork)) return addresses;
    this.fault(name, 'must be a number of hops, or addresses or networks separated by commas', '10.0.0.0/8');
    return false;
  }

  jwtSecret(name: string, production: boolean): string | undefined {
    const secret = this.#raw(name);
    const example = 'the output of: openssl rand -base64 48';
    if (production && secret === undefined) this.fault(name, 'is required in production', example);
    if (production && secret !== undefined && secret.length < 16) {
      this.fault(name, 'is shorter than 16 characters', example);
    }
    return secret;
  }

  /** `id:secret` pairs separated by commas; the first one signs. */
  keys(name: string): { id: string; secret: string }[] | undefined {
    const text = this.#raw(name);
    if (text === undefined) return undefined;
    const keys = text.split(',').map((pair) => /^\s*([A-Za-z0-9_-]{1,16}):(\S{16,})\s*$/.exec(pair));
    const good = keys.filter((key) => key !== null).map(([, id = '', secret = '']) => ({ id, secret }));
    const distinct = new Set(good.map(({ id }) => id)).size === keys.length;
    if (!distinct) {
      this.fault(
        name,
        'must be id:secret pairs separated by commas, secrets of at least 16 characters',
        'k2:new-secret-...,k1:old-secret-...',
      );
    }
    return good;
  }
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

/** Whether the user or the password of a URL ends sooner than meant, or cannot be read: there are @ behind its host then. */
function hasBareSign(text: string): boolean {
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

const NO_ZONE = 'must be the IANA name of a time zone';
// With a TZ that nobody knows it is undefined, whatever its type says.
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined;
