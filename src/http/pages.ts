import swagger from '@fastify/swagger';
import { fastify, type FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { one, sql, type Sql } from '../database/db.ts';
import { describeRoute } from './describe-route.ts';
import type { App, Routes } from './http.ts';

export const NAME = 'SkyFox Backend';
export const VERSION = '1.0.0';
const keyless = { config: { keyless: true } };

/** Liveness, readiness and the front page: no key, no envelope. */
export const healthRoutes: Routes<{ pool: Sql }> = (app, { pool }) => {
  const tags = ['operations'];
  const Status = Type.Object({ status: Type.String() });
  const links = { documentation: '/docs', openapi: '/openapi.json', health: '/health', ready: '/ready' };
  const Front = Type.Object({
    name: Type.String(),
    version: Type.String(),
    links: Type.Record(Type.String(), Type.String()),
  });

  app.get(
    '/',
    { ...keyless, schema: { summary: 'Name, version and links', tags, response: { 200: Front } } },
    async () => ({ name: NAME, version: VERSION, links }),
  );
  app.get(
    '/health',
    { ...keyless, schema: { summary: 'The process is alive', tags, response: { 200: Status } } },
    async () => ({ status: 'healthy' }),
  );
  app.get(
    '/ready',
    { ...keyless, schema: { summary: 'The database answers', tags, response: { 200: Status, 503: Status } } },
    async (_request, reply) => {
      const answers = await one(pool, sql`select 1`).then(
        () => true,
        () => false,
      );
      reply.code(answers ? 200 : 503);
      return { status: answers ? 'ready' : 'unavailable' };
    },
  );
};

/** OpenAPI 3.1 from the schemas that validate. To be called before the routes are registered. */
export async function describeApi(app: App, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: NAME,
        version: VERSION,
        description: 'Seats, holds, payments, wallets and tickets of a cinema.',
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          gatewayKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        },
      },
      security: [{ token: [], gatewayKey: [] }],
    },
    transform: ({ schema, url, route }) => describeRoute(route, url, schema),
  });
}

/** The description as JSON and as pages that need nothing from the internet. */
export function apiPages(app: App): void {
  app.get('/openapi.json', { ...keyless, schema: { hide: true } }, async () => app.swagger());
  let opened: Promise<FastifyInstance> | undefined;
  for (const path of ['/docs', '/docs/*']) {
    app.get(path, { ...keyless, schema: { hide: true } }, async (request, reply) => {
      const pages = await (opened ??= openPages());
      reply.header('content-security-policy', pagePolicy(app)).hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      // The page's maker builds a URL of the host to read its path, and not every Host can be part of one.
      Object.assign(request.headers, {
        host: 'localhost',
        'x-forwarded-host': undefined,
        'x-forwarded-proto': undefined,
      });
      pages.routing(request.raw, reply.raw);
    });
  }
}

/** A server of their own, made when somebody first reads them: they take twenty-five megabytes. */
async function openPages(): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const pages = fastify();
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
