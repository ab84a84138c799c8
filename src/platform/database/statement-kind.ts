const WRITING = /\b(?:insert\s+into|delete\s+from|merge\s+into|(?<!\b(?:for|key|do)\s+)update)\b/i;

const known = new Map<string, boolean>();

/**
 * Whether a statement writes rows. A statement that only reads or locks has no effect, whatever happened to
 * its answer. The text of the statement decides; the program calls no writing function by a plain select.
 */
export function writes(text: string): boolean {
  let does = known.get(text);
  if (does === undefined) {
    does = WRITING.test(text);
    known.set(text, does);
  }
  return does;
}
