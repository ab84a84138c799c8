import { newKey } from './keys.ts';

/**
 * The keys of requests of one kind that must happen once. A key stands for one body until its answer says for certain how it
 * ended: what is sent again after a lost answer has the same key, other seats or a changed card a new one.
 */
export function createRequestKeys(makeKey: () => string = newKey) {
  let current: { key: string; body: string } | undefined;
  return {
    keyFor(body: object): string {
      const text = JSON.stringify(body);
      if (current?.body !== text) current = { key: makeKey(), body: text };
      return current.key;
    },
    /** After an answer that is certain. Also drops the card. */
    settled(): void {
      current = undefined;
    },
  };
}
export type RequestKeys = ReturnType<typeof createRequestKeys>;
