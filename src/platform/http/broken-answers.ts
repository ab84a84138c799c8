import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';

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
