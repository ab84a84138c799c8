import { newKey } from '../api/keys.ts';

/**
 * The keys of one hold's payments. A key stands for one body until its answer says for certain that nothing was paid:
 * what is sent again after a lost answer has the same key, a changed card or another way to pay a new one.
 */
export function createPaymentKeys(makeKey: () => string = newKey) {
  let current: { key: string; body: string } | undefined;
  return {
    keyFor(body: object): string {
      const text = JSON.stringify(body);
      if (current?.body !== text) current = { key: makeKey(), body: text };
      return current.key;
    },
    /** After an answer that settles the attempt. Also drops the card. */
    settled(): void {
      current = undefined;
    },
  };
}
