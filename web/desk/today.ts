import { signal } from '@preact/signals';

/** The day in the cinema; the reader's own until an answer has said it. The two differ for some hours at most. */
export const today = signal(new Date().toLocaleDateString('sv'));
