/**
 * One statement for all callers that ask for the same key at once. A caller that asks while it is under way waits for the next
 * one, so that each answer was read after it was asked for, and a client that has just written sees its write. If it fails,
 * those callers fail with it: a database that does not answer is not waited for twice.
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
