import { Type } from 'typebox';
import { one, sql, type Sql } from '../database/db.ts';
import { addVary } from '../http/vary.ts';
import type { Routes } from '../http/http.ts';
import { prefersHtml, redirectTo } from './html.ts';
import { keyless, NAME, VERSION } from './names.ts';

/** Liveness, readiness and the front page: no key, no envelope. */
export const healthRoutes: Routes<{ pool: Sql; production: boolean; appPath?: string }> = (app, needs) => {
  const { pool, production, appPath } = needs;
  const tags = ['operations'];
  const Status = Type.Object({ status: Type.String() });
  const links = { documentation: '/docs', openapi: '/openapi.json', health: '/health', ready: '/ready' };
  const Front = Type.Object({
    name: Type.String(),
    version: Type.String(),
    environment: Type.Optional(
      Type.String({
        enum: ['development'],
        description: 'Absent in production: tools for a desk refuse it then',
      }),
    ),
    links: Type.Record(Type.String(), Type.String()),
  });

  app.get(
    '/',
    { ...keyless, schema: { summary: 'Name, version and links', tags, response: { 200: Front } } },
    async (request, reply) => {
      if (appPath !== undefined) {
        addVary(reply, 'Accept');
        if (prefersHtml(request.headers.accept)) return redirectTo(reply, appPath) as never;
      }
      return { name: NAME, version: VERSION, ...(!production && { environment: 'development' }), links };
    },
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
