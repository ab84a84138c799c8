import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';

/**
 * Of the framework's own log lines, keeps only the one about a broken response, which the line of the request
 * lacks.
 */
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
