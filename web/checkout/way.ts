import { computed, signal } from '@preact/signals';
import { user } from '../api/session.ts';

/** How to pay: `both` empties the wallet and takes the rest from the card. */
export type Way = 'card' | 'wallet' | 'both';

/** Chosen before the hold, so that its minutes are left for the card alone. In memory only. */
export const way = signal<Way | undefined>(undefined);
export const holder = signal('');
// The next user of the tab finds neither.
computed(() => user.value?.username).subscribe(() => {
  way.value = undefined;
  holder.value = '';
});

/** The ways that there are for an amount, all in paise. */
export function waysFor(amount: number, balance: number): readonly Way[] {
  if (balance >= amount) return ['card', 'wallet'];
  return balance > 0 ? ['card', 'both'] : ['card'];
}

/** The way that was chosen, if there still is one, else the wallet where it is enough. */
export function wayFor(chosen: Way | undefined, amount: number, balance: number): Way {
  const ways = waysFor(amount, balance);
  if (chosen && ways.includes(chosen)) return chosen;
  return ways.includes('wallet') ? 'wallet' : 'card';
}
