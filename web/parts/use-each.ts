import { useEffect, useState } from 'preact/hooks';
import { waitOrWake } from '../api/back-off.ts';
import type { Result } from '../api/failures.ts';
import { loadEach, type Load } from '../api/load-each.ts';

/** What many rows show, loaded one after the other. Another `turn` loads all again. */
export function useEach<Data>(
  ids: readonly number[],
  load: Load<Data>,
  turn: unknown = 0,
): ReadonlyMap<number, Result<Data>> {
  const [results, setResults] = useState<ReadonlyMap<number, Result<Data>>>(new Map());
  useEffect(() => {
    const leaving = new AbortController();
    const onResult = (id: number, result: Result<Data>) =>
      setResults((before) => new Map([...before, [id, result]]));
    void loadEach({ ids, load, onResult, wait: waitOrWake, leaving: leaving.signal });
    return () => leaving.abort();
  }, [ids.join(), turn]);
  return results;
}
