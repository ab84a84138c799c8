import type { Routes } from './http.ts';
import type { Metrics } from './metrics.ts';

export const metricsRoute: Routes<{ metrics: Metrics }> = (app, { metrics }) => {
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.header('content-type', metrics.registry.contentType);
    return metrics.registry.metrics();
  });
};
