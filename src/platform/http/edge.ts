import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { invalidRequest, Refusal, routeNotFound } from '../errors.ts';
import type { App } from './http.ts';
import { isByOpenPrefix } from './open-prefix.ts';

export type EdgeSettings = { apiGatewayKey: string | undefined; corsOrigins: '*' | readonly string[] };

const METHODS = 'GET, POST, DELETE, OPTIONS';
const REQUEST_HEADERS =
  'Authorization, Content-Type, X-Api-Key, X-Request-ID, Idempotency-Key, If-None-Match, Last-Event-ID, ' +
  // What tracing adds in browsers, unasked.
  'traceparent, tracestate, baggage, sentry-trace';
const READABLE_HEADERS = 'X-Request-ID, Retry-After, ETag, Content-Disposition';
const PREFLIGHT_SECONDS = '600';
/** What keeps a browser from making more of an answer than it is. */
export const GUARDING_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
};
const CONSTANT_HEADERS = Object.entries({
  ...GUARDING_HEADERS,
  'access-control-expose-headers': READABLE_HEADERS,
}).flat();

/** What holds of every answer, whichever way it goes. */
export type Edge = {
  /** Whether a request has the gateway's key, if there is one, or needs none. */
  mayPass(request: IncomingMessage): boolean;
  /** Names and values in turn. */
  headers(requestId: string, origin: string | undefined): string[];
};

export function createEdge({ apiGatewayKey, corsOrigins }: EdgeSettings): Edge {
  const originFor = corsPolicy(corsOrigins);
  const constant = [...CONSTANT_HEADERS, ...(corsOrigins === '*' ? [] : ['vary', 'Origin'])];
  return {
    mayPass: keyCheck(apiGatewayKey),
    headers: (id, origin) => [
      'x-request-id',
      id,
      'access-control-allow-origin',
      originFor(origin),
      ...constant,
    ],
  };
}

/**
 * What every request meets first: headers, preflight, gateway key. One hook that calls back rather than several that
 * promise, because each promise would cost every request a turn of the microtask queue.
 */
export function guardEdge(app: App, edge: Edge): void {
  app.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => {
    const headers = edge.headers(request.id, request.headers.origin);
    for (let at = 0; at < headers.length; at += 2) reply.header(headers[at] ?? '', headers[at + 1]);
    reply.header('cache-control', 'no-store');
    const fault = headFault(request.raw);
    if (fault) {
      done(fault);
      return;
    }
    if (request.method === 'OPTIONS') {
      answerPreflight(reply);
      return;
    }
    const mayPass = request.routeOptions.config.keyless || edge.mayPass(request.raw);
    if (!mayPass) done(new Refusal(403, 'INVALID_API_KEY', 'Invalid API key'));
    // Before anybody reads a body that no route asked for.
    else done(request.is404 || isClosed(request) ? routeNotFound() : undefined);
  });
}

const isClosed = ({ raw, routeOptions }: FastifyRequest) =>
  routeOptions.config.notByOpenPrefix === true && isByOpenPrefix(raw);

/** What HTTP/1.1 wants of a request's head and Node leaves to us. */
function headFault({ httpVersion, headers }: IncomingMessage): Refusal | undefined {
  if (headers.host === undefined && httpVersion === '1.1') return invalidRequest();
  // Node's own pattern, by which it has sent 100 or left it to us.
  if (headers.expect === undefined || /(?:^|\W)100-continue(?:$|\W)/i.test(headers.expect)) return undefined;
  return new Refusal(417, 'EXPECTATION_FAILED', 'Nothing but 100-continue can be expected');
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
