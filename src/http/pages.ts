import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { one, sql, type Sql } from '../database/db.ts';
import type { App, Routes } from './http.ts';

export const NAME = 'SkyFox Backend';
export const VERSION = '1.0.0';
const keyless = { config: { keyless: true } };

/** Liveness, readiness and the front page: no key, no envelope. */
export const healthRoutes: Routes<{ pool: Sql }> = (app, { pool }) => {
  const tags = ['operations'];
  const Status = Type.Object({ status: Type.String() });

  app.get('/', { ...keyless, schema: { summary: 'Name, version and links', tags } }, async () => ({
    name: NAME,
    version: VERSION,
    links: { documentation: '/docs', openapi: '/openapi.json', health: '/health', ready: '/ready' },
  }));
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
    transform: ({ schema, url, route }) => ({
      url,
      schema: Object.assign({}, schema, described(route, schema)),
    }),
  });
}

const Failure = Type.Object(
  {
    status: Type.String({ const: 'ERROR' }),
    code: Type.String({ examples: ['VALIDATION_ERROR'] }),
    message: Type.String(),
    request_id: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
  },
  { description: 'What was wrong; `errors` names the fields where a validation failed' },
);

/** What a schema does not say of its route: who may call it, and what a refusal looks like. */
function described(route: RouteOptions, schema: FastifySchema) {
  const { keyless, multipart } = route.config ?? {};
  if (keyless) return { security: [] };
  return {
    security: [route.onRequest ? { token: [], gatewayKey: [] } : { gatewayKey: [] }],
    response: { ...(schema.response as object), default: Failure },
    ...(multipart && { consumes: ['application/json', 'multipart/form-data'] }),
  };
}

/** The description as JSON and as pages that need nothing from the internet. */
export async function apiPages(app: App): Promise<void> {
  app.get('/openapi.json', { ...keyless, schema: { hide: true } }, async () => app.swagger());
  await app.register(async (pages: FastifyInstance) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, keyless: true };
    });
    pages.addHook('onSend', async (_request, reply) => {
      reply.header('content-security-policy', "frame-ancestors 'none'");
    });
    await pages.register(scalar, {
      routePrefix: '/docs',
      configuration: { url: '/openapi.json', title: NAME, withDefaultFonts: false, telemetry: false },
    });
  });
}
