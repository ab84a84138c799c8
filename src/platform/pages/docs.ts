import { fastify, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { answerError, toRefusal } from '../http/error-answers.ts';
import type { App } from '../http/http.ts';
import { requestIdOf } from '../http/request-id.ts';
import { BrokenAnswers } from '../http/broken-answers.ts';
import { lazy } from '../process/lazy.ts';
import { keyless, NAME } from './names.ts';

/** The description as JSON and as pages that need nothing from the internet. */
export function apiPages(app: App): void {
  app.get('/openapi.json', { ...keyless, schema: { hide: true } }, async () => app.swagger());
  const openPages = lazy(() => createPages(app.log));
  for (const path of ['/docs', '/docs/', '/docs/js/scalar.js']) {
    app.get(path, { ...keyless, schema: { hide: true } }, async (request, reply) => {
      const pages = await openPages();
      reply.header('content-security-policy', pagePolicy(app)).hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      // The page's maker builds a URL of the host to read its path, and not every Host can be part of one.
      Object.assign(request.headers, {
        'x-request-id': request.id,
        host: 'localhost',
        'x-forwarded-host': undefined,
        'x-forwarded-proto': undefined,
      });
      pages.routing(request.raw, reply.raw);
    });
  }
}

/** A server of their own, made when somebody first reads them: they take twenty-five megabytes. */
async function createPages(log: FastifyBaseLogger): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const pages = fastify({
    genReqId: requestIdOf,
    loggerInstance: log,
    logController: new BrokenAnswers(),
  });
  pages.setErrorHandler((error, request, reply) => answerError(toRefusal(error, request), request, reply));
  pages.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      title: NAME,
      pageTitle: NAME,
      favicon: 'data:,',
      orderSchemaPropertiesBy: 'preserve',
      // What follows would lead to the makers' services.
      withDefaultFonts: false,
      telemetry: false,
      showDeveloperTools: 'never',
      hideClientButton: true,
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  await pages.ready();
  return pages;
}

/** The page runs its own script and may ask this server, by its own address or its public one; nobody else. */
function pagePolicy(app: App): string {
  const { servers = [] } = app.swagger() as { servers?: { url: string }[] };
  const origins = servers.map(({ url }) => new URL(url).origin);
  return [
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    `connect-src ${["'self'", ...origins].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
