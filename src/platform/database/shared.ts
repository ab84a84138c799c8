/**
 * Runs one statement for all callers that ask for the same key at once. A caller that comes while it runs
 * waits for the next one, so each answer was read after its request, and a client that has just written sees
 * its write. If the statement fails, the waiting callers fail too: the program does not wait twice for a
 * database that does not answer.
 */
export function shared<Key, Value>(read: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const underWay = new Map<Key, { current: Promise<Value>; next?: Promise<Value> }>();

  const begin = (key: Key): Promise<Value> => {
    const current = read(key);
    const line: { current: Promise<Value>; next?: Promise<Value> } = { current };
    underWay.set(key, line);
    current.then(
      () => {
        if (line.next === undefined) underWay.delete(key);
      },
      () => void underWay.delete(key),
    );
    return current;
  };

  return (key) => {
    const line = underWay.get(key);
    if (line === undefined) return begin(key);
    line.next ??= line.current.then(() => begin(key));
    return line.next;
  };
}
