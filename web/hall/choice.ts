import { signal, type Signal } from '@preact/signals';
import { user } from '../api/session.ts';
import { keepInTab, readInTab } from '../api/tab.ts';
import { worksHere } from '../parts/roles.ts';

export const MOST_SEATS = 10;

/** At the desk the choice is the till's: who logs in over a sale goes on with it. */
const owner = () => (worksHere(user.peek()) ? 'desk' : user.peek()?.username);
const place = (showId: number | '') => `skyfox.choice.${owner()}.${showId}`;

/** The seats that were chosen in a show, kept for this tab and user: a new login or the way back from the payment finds them. */
export function openChoice(showId: number): Signal<ReadonlySet<string>> {
  const chosen = signal<ReadonlySet<string>>(readChoice(showId));
  chosen.subscribe((numbers) => keepChoice(showId, [...numbers]));
  return chosen;
}

export const keepChoice = (showId: number, numbers: readonly string[]): void =>
  keepInTab(place(showId), numbers.length > 0 ? numbers : undefined);

/** Of every show. */
export function forgetChoices(): void {
  try {
    const places = Object.keys(sessionStorage).filter((name) => name.startsWith(place('')));
    for (const each of places) sessionStorage.removeItem(each);
  } catch {
    // Without storage nothing was kept.
  }
}

function readChoice(showId: number): ReadonlySet<string> {
  const kept = readInTab(place(showId));
  return new Set(Array.isArray(kept) ? kept.map(String).slice(0, MOST_SEATS) : []);
}
