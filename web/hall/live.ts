/** `held` may come back, `taken` is sold; `own` is held by this customer already. */
export type SeatState = 'free' | 'held' | 'taken' | 'own';
/** What a stream's event says: all that is taken, and what of it is only held. */
export type Occupation = { occupied: readonly string[]; held?: readonly string[] };
export type Change = { number: string; from: SeatState; to: SeatState };

export function stateIn(
  number: string,
  { occupied, held = [] }: Occupation,
  own: ReadonlySet<string>,
): SeatState {
  if (own.has(number)) return 'own';
  if (held.includes(number)) return 'held';
  return occupied.includes(number) ? 'taken' : 'free';
}

/** Which seats are in another state now. Every event is the whole truth, so a missed one does not matter. */
export function changesOf(
  states: ReadonlyMap<string, SeatState>,
  next: Occupation,
  own: ReadonlySet<string>,
): Change[] {
  return [...states].flatMap(([number, from]) => {
    const to = stateIn(number, next, own);
    return from === to ? [] : [{ number, from, to }];
  });
}

/** Reads the data of an event; undefined where it is not understood. */
export function readOccupation(data: string): Occupation | undefined {
  try {
    const read: unknown = JSON.parse(data);
    const { occupied, held } = read as { occupied?: unknown; held?: unknown };
    if (!Array.isArray(occupied)) return undefined;
    return { occupied, ...(Array.isArray(held) && { held }) };
  } catch {
    return undefined;
  }
}
