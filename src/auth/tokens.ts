import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createVerifier } from 'fast-jwt';
import { LRUCache } from 'lru-cache';
import { isReadable } from '../platform/validation/readable.ts';

const LIFETIME_SECONDS = 24 * 60 * 60;
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
const REMEMBERED_TOKENS = 50_000;
// Tokens of this program have a few hundred characters. A longer text is not one of them.
const LONGEST_TOKEN = 4_096;

/** The claims of a token. The database decides about the user and the role. */
export type Claims = {
  username: string;
  version: number;
  sessionId: string;
  expiresAt: Date;
  /** In seconds since 1970: all tokens, those of the reference too, are good for a day. */
  issuedAt: number;
  /** The account that it was issued for; none in tokens of the reference, and of earlier versions. */
  accountKey: string | undefined;
};
/** The user a token is issued for. Without a key the token has the form of the reference. */
export type Bearer = { username: string; role: string; version: number; accountKey?: string };
export type Tokens = ReturnType<typeof createTokens>;

export function createTokens(secret: string) {
  const verify = createVerifier({ key: secret, algorithms: ['HS256'], requiredClaims: ['exp'] });
  // The signature of a text is computed once; its expiry is looked at every time.
  const verified = new LRUCache<string, Claims>({ max: REMEMBERED_TOKENS });

  return {
    issue({ username, role, version, accountKey }: Bearer): string {
      const exp = Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS;
      const claims = { username, role, exp, ver: version, sid: randomUUID(), acc: accountKey };
      const payload = ascii(JSON.stringify(claims));
      const signed = `${HEADER}.${Buffer.from(payload).toString('base64url')}`;
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    },

    /** The claims of a token that is ours and has not expired. */
    read(token: string): Claims | undefined {
      if (token.length > LONGEST_TOKEN) return undefined;
      let claims = verified.get(token);
      if (claims === undefined) {
        claims = readClaims(verify, token);
        if (claims !== undefined) verified.set(token, claims);
      }
      return claims !== undefined && claims.expiresAt.getTime() > Date.now() ? claims : undefined;
    },
  };
}

function readClaims(verify: (token: string) => unknown, token: string): Claims | undefined {
  try {
    const { username, exp, ver, sid, acc } = verify(token) as Record<string, unknown>;
    if (typeof username !== 'string' || !isReadable(username) || typeof exp !== 'number') return undefined;
    return {
      username,
      expiresAt: new Date(exp * 1_000),
      issuedAt: exp - LIFETIME_SECONDS,
      accountKey: typeof acc === 'string' ? acc : undefined,
      // Tokens of the reference carry neither claim. They belong to the first version of a user.
      version: typeof ver === 'number' ? ver : 0,
      sessionId:
        typeof sid === 'string' && isReadable(sid) ? sid : createHash('sha256').update(token).digest('hex'),
    };
  } catch {
    return undefined;
  }
}

/**
 * Existing clients read the payload with a plain base64 decoder. Escaped like this it is ASCII, and base64 of it needs
 * neither + nor /, which base64url writes otherwise: only > ? ~ could lead to them.
 */
function ascii(json: string): string {
  return json.replace(/[^ -=@-}]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
