import { LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
type Bindings = Record<string, unknown>;

/**
 * A logger of a request, which names the request on each of its lines. The logger behind it is made for the first line
 * that is written: one for every request would cost more than the line of most.
 */
export function requestLog(logger: FastifyBaseLogger, bindings: Bindings): FastifyBaseLogger {
  return new RequestLog(logger, bindings) as unknown as FastifyBaseLogger;
}

class RequestLog {
  readonly #logger: FastifyBaseLogger;
  readonly #bindings: Bindings;
  #own: FastifyBaseLogger | undefined;

  constructor(logger: FastifyBaseLogger, bindings: Bindings) {
    this.#logger = logger;
    this.#bindings = bindings;
  }

  own(): FastifyBaseLogger {
    this.#own ??= this.#logger.child(this.#bindings);
    return this.#own;
  }

  get level() {
    return this.#logger.level;
  }

  child(bindings: Bindings) {
    return this.own().child(bindings);
  }

  silent() {}
}
for (const level of LEVELS) {
  Object.defineProperty(RequestLog.prototype, level, {
    value(this: RequestLog, ...line: Parameters<FastifyBaseLogger['info']>) {
      this.own()[level](...line);
    },
  });
}

/** Of what the framework logs by itself only that an answer broke off, which the line of its request cannot tell. */
export class BrokenAnswers extends LogController {
  constructor() {
    super({ disableRequestLogging: true });
  }

  override streamError(
    error: Error & { code?: string },
    _request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    reply.log.error({ err: error }, 'an answer broke off after its headers');
  }
}
