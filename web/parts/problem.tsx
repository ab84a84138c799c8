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
  return (
    <section class="notice bad" role="alert">
      <h2>{text.problem.title}</h2>
      <p>{explain(failure)}</p>
      <Reference failure={failure} />
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {text.tryAgain}
        </button>
      )}
    </section>
  );
}

/** The number that leads to the line of the log. Refusals that explain themselves need none. */
export function Reference({ failure }: { failure: Failure }) {
  if (failure.kind !== 'refused' || failure.requestId === '' || failure.status < 500) return null;
  return <p class="reference">{text.problem.reference(failure.requestId)}</p>;
}
