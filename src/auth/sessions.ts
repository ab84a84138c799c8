import { LRUCache } from 'lru-cache';
import { batched } from '../platform/database/batched.ts';
import type { Sql } from '../platform/database/db.ts';
import type { Identify, Identity, Role } from '../platform/http/http.ts';
import type { Machine, Topic } from '../platform/process/machine.ts';
import { invalidToken, invalidTokenFormat, missingAuthHeader } from './errors.ts';
import { listUserStates, type UserState } from './queries.ts';
import type { Claims, Tokens } from './tokens.ts';

// Role changes and ended sessions on other machines take effect within this time: api.md allows two seconds,
// and the limit holds for a session that ends another session. A name is given to another account only after
// this time (insertUser).
const TRUSTED_MS = 900;
const REMEMBERED_USERS = 50_000;
const CLOCKS_DIFFER_MS = 60_000;

export type Sessions = {
  identify: Identify;
  /**
   * Call this when sessions of a user have ended. Every process of this machine then reads the database
   * again.
   */
  forget(username: string): Promise<void>;
};

/** Users whose sessions have ended. */
const ENDED_SESSIONS: Topic<string> = {
  name: 'ended sessions',
  isItem: (username) => typeof username === 'string',
};

type SessionNeeds = { on: Sql; tokens: Tokens; machine: Machine };
type Known = { state: UserState | undefined; readAt: number };

/**
 * Checks sessions against the database. One statement reads all users whose requests come in the same moment.
 */
export function createSessions({ on, tokens, machine }: SessionNeeds): Sessions {
  const known = new LRUCache<string, Known>({ max: REMEMBERED_USERS });
  const read = batched(
    (usernames: string[]) => listUserStates(on, usernames),
    ({ username }) => username,
  );

  let forgotten = 0;
  const readState = async (username: string): Promise<UserState | undefined> => {
    const readAt = performance.now();
    const before = forgotten;
    const state = await read(username);
    // A state that was read before the sessions ended may be out of date, so it is not cached.
    if (before === forgotten) known.set(username, { state, readAt });
    return state;
  };
  const forgetHere = (username: string) => {
    forgotten += 1;
    known.delete(username);
  };
  machine.onBroadcast(ENDED_SESSIONS, (usernames) => usernames.forEach(forgetHere));
  const identify = (claims: Claims, state: UserState | undefined): Identity => {
    if (!isLive(claims, state)) throw invalidToken();
    const { username, role } = state;
    return { username, role: role as Role, sessionId: claims.sessionId, expiresAt: claims.expiresAt };
  };

  return {
    identify(authorization) {
      const claims = tokens.read(bearer(authorization));
      if (claims === undefined) throw invalidToken();
      const { username } = claims;
      const remembered = known.get(username);
      // A cached state can only accept, never reject: a session, or an account with the same name, may have
      // begun since the read.
      return remembered &&
        performance.now() - remembered.readAt < TRUSTED_MS &&
        isLive(claims, remembered.state)
        ? identify(claims, remembered.state)
        : readState(username).then((state) => identify(claims, state));
    },
    async forget(username) {
      forgetHere(username);
      await machine.broadcast(ENDED_SESSIONS, username);
    },
  };
}

function bearer(authorization: string | undefined): string {
  if (!authorization) throw missingAuthHeader();
  const token = /^Bearer ([^ ]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw invalidTokenFormat();
  return token;
}

const isLive = (claims: Claims, state: UserState | undefined): state is UserState =>
  state !== undefined &&
  isOfAccount(claims, state) &&
  !state.endedSessions.includes(claims.sessionId) &&
  (claims.version === state.version || claims.sessionId === state.exceptedSession);

/** Whether the token was issued for this account, and not for an earlier one of the same name. */
function isOfAccount({ accountKey, issuedAt }: Claims, state: UserState): boolean {
  if (accountKey !== undefined) return accountKey === state.accountKey;
  // The reference's tokens are valid for a day, so a token with a later end does not say when it was issued.
  const isTelling = issuedAt * 1_000 <= Date.now() + CLOCKS_DIFFER_MS;
  return state.keylessSince === Number.NEGATIVE_INFINITY || (isTelling && issuedAt >= state.keylessSince);
}
