/**
 * Whether a text has this many characters (not UTF-16 units). A text that is far too long is not split to be
 * counted.
 */
export function hasLength(text: string, min: number, max: number): boolean {
  if (text.length > 2 * max) return false;
  const { length } = Array.from(text);
  return length >= min && length <= max;
}
