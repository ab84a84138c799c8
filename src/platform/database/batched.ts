/**
 * Collects the keys requested in one turn of the event loop and reads them in one statement. Every read comes
 * after its request, so a client that has just written sees its write.
 */
export function batched<Key, Row>(
  readAll: (keys: Key[]) => Promise<Row[]>,
  keyOf: (row: Row) => Key,
): (key: Key) => Promise<Row | undefined> {
  let batch: { keys: Set<Key>; rows: Promise<Map<Key, Row>> } | undefined;
  const open = () => {
    const keys = new Set<Key>();
    const rows = new Promise((resolve) => setImmediate(resolve)).then(async () => {
      batch = undefined;
      return new Map((await readAll([...keys])).map((row) => [keyOf(row), row]));
    });
    return { keys, rows };
  };
  return async (key) => {
    batch ??= open();
    batch.keys.add(key);
    return (await batch.rows).get(key);
  };
}
