const WRITING = /\b(?:insert\s+into|delete\s+from|merge\s+into|(?<!\b(?:for|key|do)\s+)update)\b/i;

const known = new Map<string, boolean>();

/**
 * Whether a statement writes rows: one that only reads, or locks, has done nothing, whatever became of it. Judged by
 * its text, as it stands in the program; no function that writes is called for a client by itself.
 */
export function writes(text: string): boolean {
  let does = known.get(text);
  if (does === undefined) {
    does = WRITING.test(text);
    known.set(text, does);
  }
  return does;
}
