import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { fastify, type FastifyBaseLogger, type FastifyRequest } from 'fastify';
import { parse } from 'secure-json-parse';
import { answerError, toRefusal } from './error-answers.ts';
import { routeNotFound } from '../errors.ts';
import { createEdge, type Edge } from './edge.ts';
import type { FastPath } from './fast-path.ts';
import type { Faults } from '../process/faults.ts';
import { headAsGet } from './head.ts';
import { openPrefix } from './open-prefix.ts';
import { requestIdOf } from './request-id.ts';
import { BrokenAnswers } from './broken-answers.ts';
import { createSlowBodies, hasBody, PACE, type Pace, type SlowBodies } from './slow-bodies.ts';
import { swallow } from './swallow.ts';
import { createRefuser, isTimeout, type UnreadableError } from './unreadable.ts';
import type { App, Identify, Identity } from './http.ts';
import { InvalidBody } from '../validation/check-body.ts';
import { serialiseAnswers } from './serialise.ts';
import { validateRequests } from './validate.ts';

export const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

export type ServerSettings = {
  logger: FastifyBaseLogger;
  faults: Faults;
  trustProxy: boolean | number | string[];
  identify: Identify;
  fastPath?: FastPath;
  /** Whose headers an answer carries that no route gives. */
  edge?: Edge;
  /** The prefix under which every route is also served without the gateway key. */
  openPrefix?: string | undefined;
  pace?: Pace;
};

/** The HTTP edge without any route: ids, headers, key, bodies, envelope, errors. */
export function createServer(settings: ServerSettings): App {
  const { edge = createEdge({ apiGatewayKey: undefined, corsOrigins: '*' }) } = settings;
  const refuse = createRefuser(edge);
  const slowBodies = createSlowBodies(settings.pace ?? PACE, refuse.late);
  const app = fastify({
    loggerInstance: settings.logger,
    logController: new BrokenAnswers(),
    bodyLimit: BODY_LIMIT_BYTES,
    serverFactory: (route) => openServer(route, settings, slowBodies),
    trustProxy: trusted(settings.trustProxy),
    // Requests that arrive while the program closes are still answered; then the connection is closed.
    return503OnClosing: false,
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : UNDECODABLE),
    exposeHeadRoutes: false,
    routerOptions: { caseSensitive: true, maxParamLength: 65_536, querystringParser: firstOfEachParameter },
    genReqId: requestIdOf,
    clientErrorHandler(error: UnreadableError, socket) {
      if (!isTimeout(error) || !slowBodies.mayGoOn(socket)) refuse.unreadable(error, socket);
    },
    frameworkErrors: (error, request, reply) => answerError(toRefusal(error, request), request, reply),
  }) as unknown as App;

  app.addHook('preClose', async () => slowBodies.close());
  app.decorate('identify', settings.identify);
  app.decorate('fastPath', settings.fastPath);
  app.decorateRequest('user', null as unknown as Identity);
  validateRequests(app);
  serialiseAnswers(app);
  readJsonWhateverItsType(app);
  app.addHook('preSerialization', (request, _reply, payload, done) => done(null, envelope(request, payload)));
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = toRefusal(error, request);
    // A client that is still sending would be reset before it reads the answer.
    if (refusal.status === 413) await swallow(request.raw);
    answerError(refusal, request, reply);
    return reply;
  });
  app.setNotFoundHandler((request, reply) => answerError(routeNotFound(), request, reply));
  return app;
}

/**
 * While the program closes, all requests go through the routes, which ask clients to close the connection.
 */
function openServer(routeGet: RequestListener, settings: ServerSettings, slowBodies: SlowBodies): Server {
  const { fastPath, faults, pace: { withinMs } = PACE } = settings;
  const options = {
    requestTimeout: withinMs,
    headersTimeout: withinMs,
    connectionsCheckingInterval: Math.min(1_000, withinMs / 4),
    keepAliveTimeout: 75_000,
    // The edge refuses these methods, and an unknown Expect, with the envelope; Node would answer without a
    // body.
    requireHostHeader: false,
  };
  const stripPrefix = openPrefix(settings.openPrefix);
  const route = headAsGet(routeGet);
  const answer: RequestListener = (request, response) => {
    stripPrefix(request);
    if (hasBody(request)) slowBodies.expect(request, response);
    if (!server.listening || !fastPath?.answer(request, response)) route(request, response);
  };
  const server: Server = createHttpServer(options, (request, response) => {
    try {
      answer(request, response);
    } catch (error) {
      faults.report('request', error);
      response.destroy();
    }
  });
  // An error before the port is open goes to the caller of listen; a later one may mean that no file
  // descriptor is left.
  server.on('error', (error) => server.listening && faults.report('server', error));
  const refuse: RequestListener = (request, response) => {
    stripPrefix(request);
    route(request, response);
  };
  return server.on('checkExpectation', faults.guard('request', refuse));
}

// A path that cannot be decoded belongs to no route; the edge treats it like any unknown path.
const UNDECODABLE = '/a path that cannot be decoded';

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    const [path = '/'] = url.split('?', 1);
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

// Fastify trusts no proxy when it gets a number of hops. The operator sets the number, so it is applied here.
const trusted = (proxies: ServerSettings['trustProxy']) =>
  typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : proxies;

// As in the reference, `?id=1&id=2` means 1, and an absent name differs from an empty value.
function firstOfEachParameter(query: string): Record<string, string> {
  const first: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) first[name] ??= value;
  return first;
}

/** JSON is read whatever its Content-Type says; multipart only where a route registers a parser for it. */
function readJsonWhateverItsType(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text: string, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, parse(text, null, { protoAction: 'remove', constructorAction: 'ignore' }));
    } catch {
      done(new InvalidBody());
    }
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    const isForm =
      request.routeOptions.config.multipart && /^multipart\/form-data/i.test(headers['content-type'] ?? '');
    if (headers['content-type'] !== undefined && !isForm) headers['content-type'] = 'application/json';
    done();
  });
}

function envelope(request: FastifyRequest, payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('message' in payload) || 'status' in payload)
    return payload;
  return { ...payload, request_id: request.id, status: 'SUCCESS' };
}
