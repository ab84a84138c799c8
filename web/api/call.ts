import { noteTime } from './clock.ts';
import { readRefusal, type Refused, type Result } from './failures.ts';
import { LOCKED, renewed, tokenOf, user } from './session.ts';

/** Where the program serves the API to the app. */
export const API = '/app/api';
const ANSWER_WITHIN_MS = 15_000;

export type Ask = {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Record<string, string | number | undefined>;
  body?: object;
  /** An Idempotency-Key: the same request under it is done once, however often it is sent. */
  key?: string;
  /** Whether the session's token goes along, and a session that is over is renewed first. */
  asUser?: boolean;
  /** The user who may send the request, the present one by default. Once another user has logged in, it is not sent. */
  username?: string | undefined;
  /** Whether the user is asked to log in where the token is refused; else the refusal is the answer. */
  renews?: boolean;
  withinMs?: number;
  signal?: AbortSignal | undefined;
  /** Ends the wait for a login. What has been sent is not called back. */
  leaving?: AbortSignal;
  headers?: Record<string, string>;
};

/** One request to the API. It never throws: what went wrong is part of the result. */
export async function call<Data>(path: string, ask: Ask = {}): Promise<Result<Data>> {
  const sent = await send(path, ask);
  if ('failure' in sent) return sent;
  const { response } = sent;
  if (!response.ok) return { failure: await refusalOf(response) };
  const body: unknown = await response.json().catch(() => undefined);
  // An incomplete answer counts as no answer.
  if (body === undefined) return { failure: { kind: 'lost' } };
  return { data: (body as { data: Data }).data };
}

export const refusalOf = async (response: Response): Promise<Refused> =>
  readRefusal(response.status, response.headers, await response.json().catch(() => undefined));

type Sent = { response: Response } | { failure: { kind: 'lost' } | { kind: 'logged out' } };

/** Sends a request, and repeats it each time its user had to log in again; never for another user. */
export async function send(path: string, ask: Ask): Promise<Sent> {
  const { asUser = false, username = user.peek()?.username, renews = true, signal, leaving = signal } = ask;
  for (;;) {
    const token = asUser ? tokenOf(username) : undefined;
    if (asUser && token === undefined) return { failure: { kind: 'logged out' } };
    if (token !== LOCKED) {
      const response = await fetch(addressOf(path, ask.query), optionsOf(ask, token)).catch(() => undefined);
      if (!response) return { failure: { kind: 'lost' } };
      noteTime(response.headers.get('date'));
      if (response.status !== 401 || token === undefined || !renews) return { response };
    }
    if (renews && (await renewed(token, username, leaving))) continue;
    return { failure: { kind: signal?.aborted ? 'lost' : 'logged out' } };
  }
}

function addressOf(path: string, query: Ask['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return API + path + (given.length > 0 ? `?${new URLSearchParams(given)}` : '');
}

function optionsOf(
  { method = 'GET', body, key, withinMs, signal, headers }: Ask,
  token?: string,
): RequestInit {
  const limit = AbortSignal.timeout(withinMs ?? ANSWER_WITHIN_MS);
  return {
    method,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  };
}
