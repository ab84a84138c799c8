import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ConstantBackoff,
  handleAll,
  handleWhen,
  isBrokenCircuitError,
  retry,
  wrap,
} from 'cockatiel';
import { MovieServiceFault } from './errors.ts';
import type { MovieLog, MovieSource } from './movie.ts';
import { readMovies } from './read.ts';

/** How long a try may take, and how long a service that keeps failing is left alone. */
export type Pace = { tryMs: number; restMs: number };
const BODY_LIMIT_BYTES = 5 * 1024 * 1024;
const PACE: Pace = { tryMs: 2_500, restMs: 2_000 };

export type MovieServiceSettings = {
  url: string;
  apiKey: string | undefined;
  log: MovieLog;
  pace?: Partial<Pace>;
};

/** The real movie service. Rejects with any error; only a 404 means that a movie is unknown. */
export function movieService({ url, apiKey, log, pace }: MovieServiceSettings): MovieSource {
  const { tryMs, restMs } = { ...PACE, ...pace };
  const ask = async (path: string) => {
    const askedAt = performance.now();
    const answer = askJson(endpoint(url, path), { apiKey, timeoutMs: tryMs });
    const outcome = await answer.then(
      (found) => (found === undefined ? 'unknown' : 'answered'),
      () => 'failed',
    );
    const milliseconds = Math.round(performance.now() - askedAt);
    log.debug({ path, outcome, milliseconds }, 'asked the movie service');
    return answer;
  };
  // A breaker each, so that one movie's page that always fails does not cut off the list.
  const listCalls = guard(restMs);
  const singleCalls = guard(restMs);

  return {
    list: () =>
      listCalls.execute(async () => {
        const answer = await ask('/movies');
        if (answer === undefined) throw new MovieServiceFault('the movie service knows no /movies');
        return readMovies(answer, log);
      }),
    find: (movieId) =>
      singleCalls.execute(async () => {
        const answer = await ask(`/movies/${encodeURIComponent(movieId)}`);
        return answer === undefined ? undefined : readMovies(answer, log).get(movieId);
      }),
  };
}

function endpoint(base: string, path: string): URL {
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  return url;
}

/** The JSON at `url`, undefined for a 404. Rejects for any other answer, a broken one, or none in time. */
async function askJson(
  url: URL,
  { apiKey, timeoutMs }: { apiKey: string | undefined; timeoutMs: number },
): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json', ...(apiKey !== undefined && { 'x-api-key': apiKey }) },
    // The key is for this host alone.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.ok) return parse(await readBody(response));
  await response.body?.cancel();
  if (response.status === 404) return undefined;
  throw faultOf(response.status);
}

function faultOf(status: number): MovieServiceFault {
  if (status === 403)
    return new MovieServiceFault('the movie service refuses our key (MOVIE_SERVICE_API_KEY)');
  return new MovieServiceFault(`the movie service answers ${status}`, { mayPass: status >= 500 });
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES)
      throw new MovieServiceFault(`the movie service sends over ${BODY_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MovieServiceFault('the movie service sends no JSON', { cause });
  }
}

const guard = (restMs: number) =>
  wrap(
    bulkhead(8, 1_000),
    retry(handleWhen(mayPass), { maxAttempts: 1, backoff: new ConstantBackoff(100) }),
    circuitBreaker(handleAll, { breaker: new ConsecutiveBreaker(5), halfOpenAfter: restMs }),
  );

// After a timeout the reader's time is over, so a retry would only delay the next read.
const mayPass = (error: unknown) =>
  error instanceof MovieServiceFault
    ? error.mayPass
    : !isBrokenCircuitError(error) && !(error instanceof Error && error.name === 'TimeoutError');
