import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { afterReading, type Failure, type Result } from '../api/failures.ts';
import { text } from '../text/text.ts';
import { Problem } from './problem.tsx';

export type Loaded<Data> = {
  data: Data | undefined;
  failure: Failure | undefined;
  /** Reads again; what was read before is shown meanwhile. */
  reload: () => void;
};

/** Reads what a page shows, again when `of` changes, and when the network is back after a failure. */
export function useLoaded<Data>(
  load: (signal: AbortSignal) => Promise<Result<Data>>,
  of: string | number,
): Loaded<Data> {
  const [state, setState] = useState<{ of: string | number; result: Partial<Result<Data>> }>();
  const [turn, setTurn] = useState(0);
  const loading = useRef(load);
  loading.current = load;
  const reload = useCallback(() => setTurn((before) => before + 1), []);

  useEffect(() => {
    const leaving = new AbortController();
    void loading.current(leaving.signal).then((result) => {
      if (leaving.signal.aborted) return;
      setState((before) => {
        const known = before?.of === of ? before.result.data : undefined;
        return { of, result: afterReading(known, result) };
      });
      if (result.failure?.kind === 'lost')
        addEventListener('online', reload, { once: true, signal: leaving.signal });
    });
    return () => leaving.abort();
  }, [of, turn, reload]);

  const result = state?.of === of ? state.result : {};
  return { data: result.data, failure: result.failure, reload };
}

type ShownProps<Data> = {
  of: Loaded<Data>;
  skeleton: ComponentChildren;
  children: (data: Data) => ComponentChildren;
};

/** The skeleton while it loads, the problem where it failed, else what is made of the data. */
export function Shown<Data>({ of, skeleton, children }: ShownProps<Data>) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.failure) return <Problem failure={of.failure} onRetry={of.reload} />;
  return (
    <div class="skeletons" aria-busy="true">
      <p class="unseen">{text.loading}</p>
      {skeleton}
    </div>
  );
}

/** This many grey blocks. */
export function Bones({ count, kind }: { count: number; kind: string }) {
  return (
    <>
      {Array.from({ length: count }, (_, at) => (
        <div key={at} class={`bone ${kind}`} aria-hidden="true" />
      ))}
    </>
  );
}
