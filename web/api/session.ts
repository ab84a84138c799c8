import { signal } from '@preact/signals';
import { keepInTab, readInTab } from './tab.ts';

export type User = { username: string; role: string };
type Session = { user: User; token: string };

const PLACE = 'skyfox.session';
/** In place of the token of a session that was locked. */
export const LOCKED = '';

/**
 * The token is kept in memory, and in sessionStorage so that a reload of the tab keeps it: no other tab and no later
 * visit finds it.
 */
let session = readKept();
export const user = signal<User | undefined>(session?.user);
/** Set while a user whose session ended has the chance to log in again over the page. */
export const isOver = signal(false);
/** The requests that wait for the login. Each gets whether the same user is back. */
const waiting = new Set<(isBack: boolean) => void>();

/** The token of this user, and no other's: none once another user has logged in. */
export const tokenOf = (username: string | undefined): string | undefined =>
  username === session?.user.username ? session?.token : undefined;

/** Call this after a login. If a session had ended, its waiting requests continue only for the same user. */
export function begin(next: Session): { isSameUser: boolean } {
  const isSameUser = session === undefined || next.user.username === session.user.username;
  session = next;
  keep(session);
  user.value = next.user;
  tell(isSameUser);
  return { isSameUser };
}

/**
 * Takes the token away, and keeps the page and whose it was until somebody logs in over it. Requests wait for that.
 * Returns the token.
 */
export function lock(): string | undefined {
  if (!session || isOver.value) return undefined;
  const { token } = session;
  session = { ...session, token: LOCKED };
  keep(undefined);
  isOver.value = true;
  return token;
}

export function end(): void {
  session = undefined;
  keep(undefined);
  user.value = undefined;
  tell(false);
}

/**
 * The server no longer takes this token. Resolves to whether its user has logged in again; to `false` as soon as nobody
 * waits for the request any more.
 */
export function renewed(
  refused: string,
  username: string | undefined,
  leaving?: AbortSignal,
): Promise<boolean> {
  const token = tokenOf(username);
  if (token === undefined || leaving?.aborted) return Promise.resolve(false);
  if (token !== refused) return Promise.resolve(true);
  isOver.value = true;
  return new Promise((resolve) => {
    const settle = (isBack: boolean) => {
      waiting.delete(settle);
      leaving?.removeEventListener('abort', leave);
      resolve(isBack);
    };
    const leave = () => settle(false);
    waiting.add(settle);
    leaving?.addEventListener('abort', leave);
  });
}

function tell(isBack: boolean): void {
  isOver.value = false;
  for (const settle of waiting) settle(isBack);
}

function readKept(): Session | undefined {
  const kept = readInTab(PLACE) as Partial<Session> | undefined;
  const isWhole = typeof kept?.token === 'string' && typeof kept.user?.username === 'string';
  return isWhole ? (kept as Session) : undefined;
}

/** A browser that forbids storage keeps the session until the page is left: the token stays in memory. */
const keep = (kept: Session | undefined): void => keepInTab(PLACE, kept);
