/**
 * One statement for all who ask for the same at once. Whoever asks while it is under way waits for the next one, so
 * that each answer was read after it was asked for, and whoever has just written sees his write.
 */
export function shared<Key, Value>(read: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const underWay = new Map<Key, { current: Promise<Value>; next?: Promise<Value> }>();

  const begin = (key: Key): Promise<Value> => {
    const current = read(key);
    const line: { current: Promise<Value>; next?: Promise<Value> } = { current };
    underWay.set(key, line);
    const ended = () => {
      if (line.next === undefined) underWay.delete(key);
    };
    current.then(ended, ended);
    return current;
  };

  return (key) => {
    const line = underWay.get(key);
    if (line === undefined) return begin(key);
    const beginNext = () => begin(key);
    line.next ??= line.current.then(beginNext, beginNext);
    return line.next;
  };
}
