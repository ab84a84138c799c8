import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { invalidRequest, payloadTooLarge, Refusal, routeNotFound, validationFailed } from '../errors.ts';
import { InvalidBody } from '../validation/check-body.ts';

/** The answer to an error: its own refusal, or a 500 that does not name the cause. */
export function toRefusal(error: unknown, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof InvalidBody) return bodyRefusal(error, request);
  return frameworkRefusal(error as FastifyError) ?? internalError(error);
}

// These methods change nothing.
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

export function answerError(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  if (refusal.status >= 500) {
    const level = refusal.status === 500 ? 'error' : 'warn';
    request.log[level]({ code: refusal.code, err: refusal.cause ?? refusal }, refusal.message);
  }
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', refusal.retryAfterSeconds);
  reply
    .code(refusal.status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(
      JSON.stringify({
        status: 'ERROR',
        code: refusal.code,
        message: refusal.message,
        request_id: request.id,
        ...(refusal.errors && { errors: refusal.errors }),
        ...(refusal.mayHaveHappened && !READING.has(request.method) && { may_have_happened: true }),
        // Clients of the reference read this refusal from its own field.
        ...(refusal.code === 'INVALID_API_KEY' && { error: refusal.message }),
      }),
    );
}

function bodyRefusal({ fields }: InvalidBody, request: FastifyRequest): Refusal {
  const { malformed, invalid } = request.routeOptions.config;
  if (fields === undefined) return malformed?.() ?? invalid?.() ?? invalidRequest();
  return invalid?.() ?? validationFailed(fields);
}

function frameworkRefusal({ code, statusCode }: FastifyError): Refusal | undefined {
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return payloadTooLarge();
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return routeNotFound();
    default:
      return statusCode !== undefined && statusCode < 500 ? invalidRequest() : undefined;
  }
}

export const internalError = (cause?: unknown) =>
  new Refusal(500, 'INTERNAL_ERROR', 'An unexpected error occurred', { cause });
