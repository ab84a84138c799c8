import { LRUCache } from 'lru-cache';
import { batched } from '../platform/database/batched.ts';
import type { Sql } from '../platform/database/db.ts';
import type { Identify, Identity, Role } from '../platform/http/http.ts';
import type { Machine, Topic } from '../platform/process/machine.ts';
import { invalidToken, invalidTokenFormat, missingAuthHeader } from './errors.ts';
import { listUserStates, type UserState } from './queries.ts';
import type { Claims, Tokens } from './tokens.ts';

// Role changes and ended sessions of other machines count within this time: api.md allows two seconds, a session
// that ends one; a name is given to another account no sooner than after one (insertUser).
const TRUSTED_MS = 900;
const REMEMBERED_USERS = 50_000;
const CLOCKS_DIFFER_MS = 60_000;

export type Sessions = {
  identify: Identify;
  /** To be called when sessions of a user have ended: every process of this machine then asks the database. */
  forget(username: string): Promise<void>;
};

/** Users whose sessions have ended. */
const ENDED_SESSIONS: Topic<string> = {
  name: 'ended sessions',
  isItem: (username) => typeof username === 'string',
};

type SessionNeeds = { on: Sql; tokens: Tokens; machine: Machine };
type Known = { state: UserState | undefined; readAt: number };

/** Sessions judged by the database, with one read for however many users ask in the same moment. */
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
    // A state that was read before sessions ended may be out of date, and is not kept.
    if (before === forgotten) known.set(username, { state, readAt });
    return state;
  };
  const forgetHere = (username: string) => {
    forgotten += 1;
    known.delete(username);
  };
  machine.onBroadcast(ENDED_SESSIONS, (usernames) => usernames.forEach(forgetHere));
  const judge = (claims: Claims, state: UserState | undefined): Identity => {
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
      // A cached state may only admit: a session, or an account of the same name, may have begun since.
      return remembered &&
        performance.now() - remembered.readAt < TRUSTED_MS &&
        isLive(claims, remembered.state)
        ? judge(claims, remembered.state)
        : readState(username).then((state) => judge(claims, state));
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
