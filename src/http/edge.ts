import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Refusal, routeNotFound } from '../platform/errors.ts';
import type { App } from './http.ts';

export type EdgeSettings = { apiGatewayKey: string | undefined; corsOrigins: '*' | readonly string[] };

const METHODS = 'GET, POST, DELETE, OPTIONS';
const REQUEST_HEADERS = 'Authorization, Content-Type, X-Api-Key, X-Request-ID, Idempotency-Key';
const READABLE_HEADERS = 'X-Request-ID, Retry-After, ETag, Content-Disposition';
const PREFLIGHT_SECONDS = '600';

/**
 * What every request meets first: headers, preflight, gateway key. One hook that calls back rather than several that
 * promise, because each promise would cost every request a turn of the microtask queue.
 */
export function guardEdge(app: App, { apiGatewayKey, corsOrigins }: EdgeSettings): void {
  const originFor = corsPolicy(corsOrigins);
  const mayPass = keyCheck(apiGatewayKey);
  app.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('content-security-policy', "default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
    reply.header('cache-control', 'no-store');
    reply.header('access-control-allow-origin', originFor(request.headers.origin));
    reply.header('access-control-expose-headers', READABLE_HEADERS);
    if (corsOrigins !== '*') reply.header('vary', 'Origin');
    if (request.method === 'OPTIONS') {
      answerPreflight(reply);
      return;
    }
    if (!mayPass(request)) done(new Refusal(403, 'INVALID_API_KEY', 'Invalid API key'));
    // Before anybody reads a body that no route asked for.
    else done(request.is404 ? routeNotFound() : undefined);
  });
}

/** An origin that is not on the list is answered with one that is, which no browser takes for its own. */
function corsPolicy(origins: '*' | readonly string[]): (origin: string | undefined) => string {
  if (origins === '*') return () => '*';
  const [first = 'null'] = origins;
  return (origin) => (origin !== undefined && origins.includes(origin) ? origin : first);
}

function answerPreflight(reply: FastifyReply): void {
  reply.header('access-control-allow-methods', METHODS);
  reply.header('access-control-allow-headers', REQUEST_HEADERS);
  reply.header('access-control-max-age', PREFLIGHT_SECONDS);
  reply.code(204).send();
}

/** Digests of equal length are compared, so that neither the key's length nor its beginning shows in the time. */
function keyCheck(key: string | undefined): (request: FastifyRequest) => boolean {
  if (key === undefined) return () => true;
  const digest = (text: string) => hash('sha256', text, 'buffer');
  const wanted = digest(key);
  return ({ routeOptions, headers }) => {
    if (routeOptions.config.keyless) return true;
    const given = headers['x-api-key'];
    return typeof given === 'string' && timingSafeEqual(digest(given), wanted);
  };
}
