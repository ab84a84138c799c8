import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Routes } from '../platform/http/http.ts';
import { isNotModified } from '../platform/http/not-modified.ts';
import { addVary } from '../platform/http/vary.ts';
import { openBundle } from './bundle.ts';
import { encodingFor, isWorthCompressing } from './compress.ts';
import { pageHeaders } from './policy.ts';
import { shellOf, type Facts } from './shell.ts';

export const APP_PATH = '/app/';
/** The API for the app's scripts, because a browser cannot keep the gateway's key secret. */
export const API_PREFIX = '/app/api';

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  map: 'application/json',
};

export type WebNeeds = Facts & { production: boolean; imageOrigins: readonly string[] };

/** The pages and files of the web app. They are loaded at the first request. */
export const webRoutes: Routes<WebNeeds> = (app, { production, imageOrigins, ...facts }) => {
  const findBundle = openBundle(production);
  const options = { config: { keyless: true }, schema: { hide: true } };

  app.get('/app', options, async (_request, reply) => reply.redirect(APP_PATH, 308));
  app.get('/app/assets/:name', options, async (request, reply) => {
    const { name } = request.params as { name: string };
    const encoding = isWorthCompressing(name) ? encodingFor(request.headers['accept-encoding']) : 'identity';
    const bytes = (await findBundle()).read(name, encoding);
    if (bytes === undefined) return reply.callNotFound();
    addVary(reply, 'Accept-Encoding');
    if (encoding !== 'identity') reply.header('content-encoding', encoding);
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return sendTagged(request, reply, {
      etag: `"${name}-${encoding}"`,
      type: typeOf(name),
      body: await bytes,
    });
  });
  app.get('/app/*', options, async (request, reply) => {
    const page = pageAt((request.params as { '*': string })['*']);
    const entry = page === undefined ? undefined : (await findBundle()).entries[page];
    if (page === undefined || entry === undefined) return reply.callNotFound();
    const body = Buffer.from(shellOf(entry, facts));
    reply.headers(pageHeaders(page, imageOrigins));
    const etag = `W/"${hash('sha1', body, 'base64url')}"`;
    return sendTagged(request, reply, { etag, type: 'text/html; charset=utf-8', body });
  });
};

/**
 * The page that serves a path of the app, whose own router handles the rest; none for a path outside the app.
 */
function pageAt(path: string): string | undefined {
  const [first = ''] = path.split('/', 1);
  if (first === 'api' || first === 'assets') return undefined;
  return first === 'desk' || first === 'door' ? first : 'customer';
}

const typeOf = (name: string) => TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

type Tagged = { etag: string; type: string; body: Buffer };

function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  { etag, type, body }: Tagged,
): FastifyReply {
  reply.header('etag', etag);
  if (isNotModified(request.headers, etag)) return reply.code(304).send();
  return reply.type(type).send(body);
}
