/** `field`: its name in validation failures. `path`: its name in the request, as `seat_numbers[1]`. */
export type FieldError = { field: string; message: string; path: string };
type Extras = {
  errors?: readonly FieldError[];
  retryAfterSeconds?: number;
  mayHaveHappened?: boolean;
  cause?: unknown;
};

/** A refusal of a request: the client gets its HTTP status, code and message unchanged. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** True if the request may have had an effect: api.md, *Uncertain outcomes*. */
  readonly mayHaveHappened: boolean;

  constructor(status: number, code: string, message: string, extras: Extras = {}) {
    super(message, { cause: extras.cause });
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.errors = extras.errors;
    this.retryAfterSeconds = extras.retryAfterSeconds;
    this.mayHaveHappened = extras.mayHaveHappened ?? false;
  }
}

/** A fault in the settings or surroundings that stops the start; the message says what to do about it. */
export class StartFault extends Error {
  /** The exit status of the command. */
  readonly exitStatus: number;

  constructor(message: string, cause?: unknown, exitStatus = 1) {
    super(message, { cause });
    this.name = 'StartFault';
    this.exitStatus = exitStatus;
  }
}

export const invalidRequest = (message = 'Invalid request data') =>
  new Refusal(400, 'INVALID_REQUEST', message);

export const validationFailed = (errors: readonly FieldError[]) =>
  new Refusal(400, 'VALIDATION_ERROR', 'Validation failed', { errors });

export const unavailable = (cause?: unknown, retryAfterSeconds = 1) =>
  new Refusal(
    503,
    'SERVICE_UNAVAILABLE',
    'The service is busy or cannot reach its database; try again shortly',
    {
      retryAfterSeconds,
      cause,
    },
  );

/** As `unavailable`, but a write may have been committed. */
export const uncertain = (cause?: unknown, retryAfterSeconds = 1) =>
  new Refusal(
    503,
    'SERVICE_UNAVAILABLE',
    'The database did not answer in time; whether this has happened is not known',
    { retryAfterSeconds, cause, mayHaveHappened: true },
  );

/** The same refusal, when the caller knows that the request had no effect. */
export const ofNothing = (error: unknown): unknown =>
  error instanceof Refusal && error.mayHaveHappened ? unavailable(error.cause) : error;

export const invalidApiKey = () => new Refusal(403, 'INVALID_API_KEY', 'Invalid API key');

export const requestTimeout = () => new Refusal(408, 'REQUEST_TIMEOUT', 'The request did not arrive in time');

export const payloadTooLarge = () =>
  new Refusal(413, 'PAYLOAD_TOO_LARGE', 'The request body is larger than 10 MiB');

export const expectationFailed = () =>
  new Refusal(417, 'EXPECTATION_FAILED', 'Nothing but 100-continue can be expected');

export const headersTooLarge = () =>
  new Refusal(431, 'HEADERS_TOO_LARGE', 'The request headers are too large');

export const routeNotFound = () => new Refusal(404, 'ROUTE_NOT_FOUND', 'This route does not exist');
