import { computed, signal } from '@preact/signals';
import { user } from '../api/session.ts';

/** A top-up of which this tab does not know whether it charged. It holds nothing of the card. */
export type OpenTopUp = { key: string; paise: number };

const place = (username: string) => `skyfox.top-up.${username}`;
/** For a browser that forbids storage. */
const inMemory = new Map<string, string>();
const changes = signal(0);

/** The logged-in user's. It outlives the page and a reload, so that nobody charges a second time unawares. */
export const openTopUp = computed<OpenTopUp | undefined>(() => {
  const username = user.value?.username;
  return changes.value >= 0 && username !== undefined ? read(username) : undefined;
});

/** Call this before the first request of a top-up. */
export function noteTopUp(username: string, topUp: OpenTopUp): void {
  write(username, JSON.stringify(topUp));
}

/** Call this when its outcome is certain, or its user has looked. */
export function forgetTopUp(username: string, key: string): void {
  if (read(username)?.key === key) write(username, undefined);
}

function write(username: string, text: string | undefined): void {
  if (text === undefined) inMemory.delete(username);
  else inMemory.set(username, text);
  try {
    if (text === undefined) sessionStorage.removeItem(place(username));
    else sessionStorage.setItem(place(username), text);
  } catch {
    // Nothing to do: it stays in memory.
  }
  changes.value++;
}

function read(username: string): OpenTopUp | undefined {
  try {
    const text = inMemory.get(username) ?? sessionStorage.getItem(place(username));
    const { key, paise } = JSON.parse(text ?? '{}') as Partial<OpenTopUp>;
    return typeof key === 'string' && typeof paise === 'number' ? { key, paise } : undefined;
  } catch {
    return undefined;
  }
}
