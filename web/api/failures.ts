/** A field that was refused, by the name that the request gave it. */
export type Fault = { path: string; message: string };

/** An answer that says no. */
export type Refused = {
  kind: 'refused';
  status: number;
  code: string;
  message: string;
  requestId: string;
  faults: readonly Fault[];
  retryAfterMs: number | undefined;
  mayHaveHappened: boolean;
};
/** No answer came: the device is off line, the connection broke, or the server took too long. */
export type Lost = { kind: 'lost' };
/** The session is over, and the same user has not logged in again. */
export type LoggedOut = { kind: 'logged out' };
export type Failure = Refused | Lost | LoggedOut;

export type Result<Data> = { data: Data; failure?: undefined } | { data?: undefined; failure: Failure };

export const codeOf = (failure: Failure | undefined): string | undefined =>
  failure?.kind === 'refused' ? failure.code : undefined;

/** Whether the same request may be sent again in a moment. */
export const isRetryable = (failure: Failure): boolean =>
  failure.kind === 'lost' || (failure.kind === 'refused' && [429, 502, 503, 504].includes(failure.status));

/**
 * Whether the request was not done, and never will be: the server would refuse it again. An answer without a code is a
 * proxy's or a login page's on the way, which cannot know.
 */
export const isCertain = (refused: Refused): boolean =>
  refused.status < 500 && !isRetryable(refused) && !['', 'REQUEST_IN_PROGRESS'].includes(refused.code);

/** What is known after something was read again: what was known before, where the server or the line failed for a moment. */
export const afterReading = <Data>(known: Data | undefined, read: Result<Data>): Result<Data> =>
  known !== undefined && read.failure && isRetryable(read.failure) ? { data: known } : read;

type Envelope = {
  code?: string;
  message?: string;
  request_id?: string;
  errors?: { field: string; path?: string; message: string }[];
  may_have_happened?: boolean;
};

/** Reads a refusal; an answer that is not the API's (a proxy's page) becomes one without a code. */
export function readRefusal(status: number, headers: Headers, body: unknown): Refused {
  const envelope: Envelope = typeof body === 'object' && body !== null ? body : {};
  const { code = '', message = '', errors = [] } = envelope;
  return {
    kind: 'refused',
    status,
    code,
    message,
    requestId: envelope.request_id ?? headers.get('x-request-id') ?? '',
    faults: errors.map(({ field, path = field, message }) => ({ path, message })),
    retryAfterMs: readSeconds(headers.get('retry-after')),
    mayHaveHappened: envelope.may_have_happened === true,
  };
}

function readSeconds(text: string | null): number | undefined {
  const seconds = Number(text ?? 'none');
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
