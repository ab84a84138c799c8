import { signal } from '@preact/signals';

/** What this tab keeps for each user: a reload finds it, another user and another tab do not. Nothing of a card belongs here. */
export function createKept<Value>(name: string, read: (kept: unknown) => Value | undefined) {
  const placeOf = (username: string) => `skyfox.${name}.${username}`;
  // For a browser that forbids storage.
  const inMemory = new Map<string, string>();
  const changes = signal(0);
  return {
    /** Inside a computed value or a component it is followed. */
    of(username: string): Value | undefined {
      void changes.value;
      try {
        const text = inMemory.get(username) ?? sessionStorage.getItem(placeOf(username));
        return text === null ? undefined : read(JSON.parse(text));
      } catch {
        return undefined;
      }
    },
    keep(username: string, value: Value | undefined): void {
      const text = value === undefined ? undefined : JSON.stringify(value);
      if (text === undefined) inMemory.delete(username);
      else inMemory.set(username, text);
      try {
        if (text === undefined) sessionStorage.removeItem(placeOf(username));
        else sessionStorage.setItem(placeOf(username), text);
      } catch {
        // Nothing to do: it stays in memory.
      }
      changes.value++;
    },
  };
}
