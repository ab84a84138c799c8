/** `from`: the process that sent it. */
export type Notice<Item> = { from: string; items: Item[] };

/** A notice as `writeNotice` wrote it; none if it is foreign or any part has the wrong type. */
export function readNotice<Item>(
  payload: string | undefined,
  isItem: (item: unknown) => item is Item,
): Notice<Item> | undefined {
  const told = parse(payload ?? '');
  if (!Array.isArray(told)) return undefined;
  const [from, ...items] = told as unknown[];
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
