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
      // The library of the page builds a URL of the host to read its path, and not every Host fits into a
      // URL.
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

/** The pages have a separate server, made at the first request: they take twenty-five megabytes. */
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
      // These features would lead to the library's own services.
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

/** The page may only run its own script and only call this server, by its own address or its public one. */
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
