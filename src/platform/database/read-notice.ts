/** `from`: the process that sent it. */
export type Notice<Item> = { from: string; items: Item[] };

/** A notice as `writeNotice` wrote it; none if it is foreign or any part has the wrong type. */
export function readNotice<Item>(
  payload: string | undefined,
  isItem: (item: unknown) => item is Item,
): Notice<Item> | undefined {
  const parsed = parse(payload ?? '');
  if (!Array.isArray(parsed)) return undefined;
  const [from, ...items] = parsed as unknown[];
  return typeof from === 'string' && items.every(isItem) ? { from, items } : undefined;
}

export const writeNotice = <Item>({ from, items }: Notice<Item>): string => JSON.stringify([from, ...items]);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
