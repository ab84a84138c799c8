import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CachedAnswer } from './answer-cache.ts';
import { isNotModified } from './not-modified.ts';

/** `message` is the envelope's. `isPublic`: for readers without a token too. */
export type Cached = { answer: CachedAnswer<unknown>; message: string; isPublic?: boolean };

/**
 * Sends an answer from the cache, or 304 to a client that has it. Every user of the role must be allowed to
 * read it, because the fast path sends it to the next user of that role who requests this URL.
 */
export function sendCached(request: FastifyRequest, reply: FastifyReply, cached: Cached): void {
  request.server.fastPath?.remember(request, cached);
  reply.headers(headersOf(cached));
  if (isNotModified(request.headers, cached.answer.etag)) {
    reply.code(304).send();
    return;
  }
  const parts = [Buffer.from(envelopeStart(request.id, cached)), cached.answer.dataOn];
  reply.header('content-type', JSON_TYPE).send(Buffer.concat(parts));
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export const headersOf = ({ answer }: Cached) => ({
  'cache-control': 'private, no-cache',
  etag: answer.etag,
});

/** The envelope before its data. Nothing in it needs escaping: the message is a constant, and an id passed REQUEST_ID. */
export const envelopeStart = (id: string, { message }: Cached): string =>
  `{"message":"${message}","request_id":"${id}","status":"SUCCESS",`;
