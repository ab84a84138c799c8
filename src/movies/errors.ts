import { Refusal } from '../platform/errors.ts';

export const movieServiceUnavailable = (cause?: unknown) =>
  new Refusal(503, 'MOVIE_SERVICE_UNAVAILABLE', 'The movie service cannot be reached; try again shortly', {
    retryAfterSeconds: 2,
    cause,
  });

/** What the movie service did wrong. `mayPass`: asking again at once may help. */
export class MovieServiceFault extends Error {
  readonly mayPass: boolean;

  constructor(message: string, { mayPass = false, cause }: { mayPass?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'MovieServiceFault';
    this.mayPass = mayPass;
  }
}
