import { computed } from '@preact/signals';
import { createKept } from '../api/kept.ts';
import { user } from '../api/session.ts';

/** A top-up of which this tab does not know whether it charged. It holds nothing of the card. */
export type OpenTopUp = { key: string; paise: number };

const kept = createKept('top-up', (found): OpenTopUp | undefined => {
  const { key, paise } = found as Partial<OpenTopUp>;
  return typeof key === 'string' && typeof paise === 'number' ? { key, paise } : undefined;
});

/** The logged-in user's. It outlives the page and a reload, so that nobody charges a second time unawares. */
export const openTopUp = computed<OpenTopUp | undefined>(() => user.value && kept.of(user.value.username));

/** Call this before the first request of a top-up. */
export const noteTopUp = (username: string, topUp: OpenTopUp): void => kept.keep(username, topUp);

/** Call this when its outcome is certain, or its user has looked. */
export function forgetTopUp(username: string, key: string): void {
  if (kept.of(username)?.key === key) kept.keep(username, undefined);
}
