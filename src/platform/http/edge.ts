import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { expectationFailed, invalidApiKey, invalidRequest, routeNotFound, type Refusal } from '../errors.ts';
import type { App } from './http.ts';
import { isByOpenPrefix } from './open-prefix.ts';

export type EdgeSettings = { apiGatewayKey: string | undefined; corsOrigins: '*' | readonly string[] };

const METHODS = 'GET, POST, DELETE, OPTIONS';
const REQUEST_HEADERS =
  'Authorization, Content-Type, X-Api-Key, X-Request-ID, Idempotency-Key, If-None-Match, Last-Event-ID, ' +
  // Tracing tools add these in browsers.
  'traceparent, tracestate, baggage, sentry-trace';
const READABLE_HEADERS = 'X-Request-ID, Retry-After, ETag, Content-Disposition';
const PREFLIGHT_SECONDS = '600';
/** Stops browsers from treating an answer as a page or a script. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
};

/** The headers of every answer, from a route or from the fast path. */
export type Edge = {
  /** Whether a request has the gateway's key, where one is needed. */
  mayPass(request: IncomingMessage): boolean;
  headers(requestId: string, origin: string | undefined): Record<string, string>;
};

export function createEdge({ apiGatewayKey, corsOrigins }: EdgeSettings): Edge {
  const originFor = corsPolicy(corsOrigins);
  const constant = {
    ...SECURITY_HEADERS,
    'access-control-expose-headers': READABLE_HEADERS,
    ...(corsOrigins !== '*' && { vary: 'Origin' }),
  };
  return {
    mayPass: keyCheck(apiGatewayKey),
    headers: (id, origin) => ({
      'x-request-id': id,
      'access-control-allow-origin': originFor(origin),
      ...constant,
    }),
  };
}

/** The first checks of every request: headers, preflight, gateway key, and whether the route exists. */
export function guardEdge(app: App, edge: Edge): void {
  app.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => {
    reply.headers({ ...edge.headers(request.id, request.headers.origin), 'cache-control': 'no-store' });
    const fault = headFault(request.raw);
    if (fault) done(fault);
    else if (request.method === 'OPTIONS') answerPreflight(reply);
    else done(refusal(request, edge));
  });
}

function refusal(request: FastifyRequest, edge: Edge): Refusal | undefined {
  const mayPass = request.routeOptions.config.keyless || edge.mayPass(request.raw);
  if (!mayPass) return invalidApiKey();
  // Checked before the body is read, so an unknown route reads none.
  return request.is404 || isClosed(request) ? routeNotFound() : undefined;
}

const isClosed = ({ raw, routeOptions }: FastifyRequest) =>
  routeOptions.config.notByOpenPrefix === true && isByOpenPrefix(raw);

/** What HTTP/1.1 demands of a request's headers and Node does not check. */
function headFault({ httpVersion, headers }: IncomingMessage): Refusal | undefined {
  if (headers.host === undefined && httpVersion === '1.1') return invalidRequest();
  // The pattern is Node's own; Node itself answers requests that match it.
  if (headers.expect === undefined || /(?:^|\W)100-continue(?:$|\W)/i.test(headers.expect)) return undefined;
  return expectationFailed();
}

/** An origin that is not allowed gets an allowed one in the header, so its browser refuses the answer. */
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

/** Compares digests of equal length, so the time reveals nothing about the key. */
function keyCheck(key: string | undefined): Edge['mayPass'] {
  if (key === undefined) return () => true;
  const digest = (text: string) => hash('sha256', text, 'buffer');
  const wanted = digest(key);
  return (request) => {
    if (isByOpenPrefix(request)) return true;
    const given = request.headers['x-api-key'];
    return typeof given === 'string' && timingSafeEqual(digest(given), wanted);
  };
}
