import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from '../api/failures.ts';
import { text } from '../text/text.ts';

/** The problem, in words for the user of the page. */
export function explain(failure: Failure): string {
  const words = text.problem;
  if (failure.kind === 'lost') return words.lost;
  if (failure.kind === 'logged out') return words.loggedOut;
  if (failure.status === 429) return words.tooMany(Math.ceil((failure.retryAfterMs ?? 60_000) / 1_000));
  if (failure.code === 'FORBIDDEN') {
    return failure.message.includes('Customer role') ? words.customersOnly : words.notAllowed;
  }
  if ([502, 503, 504].includes(failure.status)) return words.busy;
  return failure.status >= 500 || failure.message === '' ? words.broken : failure.message;
}

type ProblemProps = { failure: Failure; onRetry?: () => void };

export function Problem({ failure, onRetry }: ProblemProps) {
  const part = useRef<HTMLElement>(null);
  // Until the next answer, which is another failure or takes this away.
  const [tried, setTried] = useState<Failure>();
  const isTrying = tried === failure;
  useLayoutEffect(() => () => leaveFocus(part.current), []);
  const retry = () => {
    if (isTrying) return;
    setTried(failure);
    onRetry?.();
  };
  return (
    <section ref={part} class="notice bad" role="alert">
      <h2>{text.problem.title}</h2>
      <p>{explain(failure)}</p>
      <Reference failure={failure} />
      {onRetry && (
        <button type="button" aria-disabled={isTrying} onClick={retry}>
          {isTrying ? text.sending : text.tryAgain}
        </button>
      )}
    </section>
  );
}

/** The page begins with what came instead: its heading takes the focus, if the problem had it. */
function leaveFocus(part: HTMLElement | null): void {
  if (part?.contains(document.activeElement))
    document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
}

/** The number that leads to the line of the log. Refusals that explain themselves need none. */
export function Reference({ failure }: { failure: Failure }) {
  if (failure.kind !== 'refused' || failure.requestId === '' || failure.status < 500) return null;
  return <p class="reference">{text.problem.reference(failure.requestId)}</p>;
}
