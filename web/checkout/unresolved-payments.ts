import { createKept } from '../api/kept.ts';

const MOST = 20;

const kept = createKept('unresolved', (found) =>
  Array.isArray(found) ? found.filter((id): id is number => Number.isSafeInteger(id)) : undefined,
);

/** The bookings whose payment had no known outcome in this tab. The list of bookings leaves them out once their hold is over. */
export const unresolvedOf = (username: string): readonly number[] => kept.of(username) ?? [];

export function noteUnresolved(username: string, bookingId: number): void {
  const others = unresolvedOf(username).filter((id) => id !== bookingId);
  kept.keep(username, [bookingId, ...others].slice(0, MOST));
}

export function forgetUnresolved(username: string, bookingId: number): void {
  const ids = unresolvedOf(username);
  if (ids.includes(bookingId))
    kept.keep(
      username,
      ids.filter((id) => id !== bookingId),
    );
}
