import { once } from 'node:events';
import { createServer } from 'node:http';
import { StartFault } from '../errors.ts';
import { SECURITY_HEADERS } from '../http/edge.ts';
import type { Routes } from '../http/http.ts';
import type { Log } from '../log.ts';

const headers = { ...SECURITY_HEADERS, 'cache-control': 'no-store' };
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `metrics` gives the text of all processes of this machine. */
export const metricsRoute: Routes<{ metricsText: () => Promise<string> }> = (app, { metricsText }) => {
  app.get(
    '/metrics',
    { config: { notByOpenPrefix: true }, schema: { hide: true } },
    async (_request, reply) => {
      reply.header('content-type', CONTENT_TYPE);
      return metricsText();
    },
  );
};

export type MetricsPlace = { port: number; host: string; log: Pick<Log, 'warn'> };

/**
 * Serves the metrics on a separate port without a key, for a network that only the scraper reaches. Throws a
 * StartFault.
 */
export async function serveMetrics({ port, host, log }: MetricsPlace, metricsText: () => Promise<string>) {
  const server = createServer((request, response) => {
    if (request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404, headers).end();
      return;
    }
    metricsText().then(
      (metrics) => response.writeHead(200, { ...headers, 'content-type': CONTENT_TYPE }).end(metrics),
      (error: unknown) => {
        log.warn({ err: error }, 'the metrics could not be collected');
        response.writeHead(503, { ...headers, 'retry-after': '1' }).end();
      },
    );
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new StartFault(`METRICS_PORT=${port} cannot be opened on ${host}: set another`, error);
  });
  // A connection that cannot be accepted must not end the process.
  server.on('error', (error) => log.warn({ err: error }, 'a connection for metrics was lost'));
  return {
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
