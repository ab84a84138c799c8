import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { findBookings, type FoundBooking } from '../api/desk-routes.ts';
import type { Failure } from '../api/failures.ts';

export type Wish = { query: string; date: string };
export type Searching = {
  found: readonly FoundBooking[];
  failure: Failure | undefined;
  isReading: boolean;
  /** Where the search goes on; null at its end. */
  next: number | null;
  begin: (wish: Wish) => void;
  /** Reads the next page, or the same one again after a failure. */
  goOn: () => void;
};
type State = Pick<Searching, 'found' | 'failure' | 'isReading' | 'next'>;

const AT_ONCE = 20;
const EMPTY: State = { found: [], failure: undefined, isReading: true, next: null };

/** Bookings that match, newest first, a page at a time. The newest of all until something is looked for. */
export function useSearch({ onFound }: { onFound: (count: number) => void }): Searching {
  const [state, setState] = useState(EMPTY);
  const wish = useRef<Wish>({ query: '', date: '' });
  const reading = useRef(new AbortController());

  const read = useCallback(async (before: State) => {
    reading.current.abort();
    reading.current = new AbortController();
    const { signal } = reading.current;
    setState({ ...before, isReading: true, failure: undefined });
    const { query, date } = wish.current;
    const { data, failure } = await findBookings(
      { query, limit: AT_ONCE, ...(date && { date }), ...(before.next !== null && { before: before.next }) },
      signal,
    );
    if (signal.aborted) return;
    if (!data) {
      setState({ ...before, isReading: false, failure });
      return;
    }
    const found = [...before.found, ...data.bookings];
    setState({ found, next: data.next, isReading: false, failure: undefined });
    onFound(found.length);
  }, []);

  useEffect(() => {
    void read(EMPTY);
    return () => reading.current.abort();
  }, [read]);
  return {
    ...state,
    begin: (asked) => {
      wish.current = asked;
      void read(EMPTY);
    },
    goOn: () => void read(state),
  };
}
