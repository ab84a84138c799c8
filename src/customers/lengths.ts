/** Whether a text has so many characters, which are not UTF-16 units; one far too long is not taken apart to be counted. */
export function hasLength(text: string, min: number, max: number): boolean {
  if (text.length > 2 * max) return false;
  const { length } = Array.from(text);
  return length >= min && length <= max;
}
