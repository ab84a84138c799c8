/**
 * Keeps a value for the next page of this tab; `undefined` forgets it. Where the browser forbids storage, nothing is
 * kept, and the page goes on without it.
 */
export function keepInTab(place: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify(value));
  } catch {
    // Nothing is kept.
  }
}

/** What this tab keeps in a place; undefined where there is nothing, or nothing that can be read. */
export function readInTab(place: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
