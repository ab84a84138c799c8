import cluster from 'node:cluster';
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHouseMetrics, type HouseMetrics } from './gauges.ts';
import type { App } from '../http/http.ts';

export type Metrics = {
  readonly registry: Registry;
  readonly http: HttpMetrics;
  readonly house: HouseMetrics;
};
type HttpMetrics = {
  requests: Counter<'method' | 'endpoint_group' | 'status_code'>;
  seconds: Histogram<'method' | 'endpoint_group'>;
  inFlight: Gauge;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  if (cluster.isWorker) answerPrimary(registry);
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    house: createHouseMetrics(registry),
    http: {
      requests: new Counter({
        name: 'skyfox_http_requests_total',
        help: 'HTTP requests by method, group of endpoints and status',
        labelNames: ['method', 'endpoint_group', 'status_code'],
        registers,
      }),
      seconds: new Histogram({
        name: 'skyfox_http_request_duration_seconds',
        help: 'Seconds from the arrival of a request to the end of its answer',
        labelNames: ['method', 'endpoint_group'],
        buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5],
        registers,
      }),
      inFlight: new Gauge({
        name: 'skyfox_http_requests_in_flight',
        help: 'HTTP requests that are being answered',
        registers,
      }),
    },
  };
}

/** The primary asks each of its processes for its figures and sums them; whoever has made one of these listens. */
function answerPrimary(registry: Registry): AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'> {
  AggregatorRegistry.setRegistries(registry);
  return new AggregatorRegistry();
}

const UNCOUNTED = new Set(['/health', '/metrics']);

/** Counts and logs every request, one line each, under the group of its route. */
export function observeRequests(app: App, { http }: Metrics, groupOf: (route: string) => string): void {
  const isCounted = (request: FastifyRequest) => !UNCOUNTED.has(request.routeOptions.url ?? '');

  app.addHook('onRequest', (request, reply, done) => {
    if (isCounted(request)) http.inFlight.inc();
    // Not onResponse, which is not called for a stream whose client has gone.
    reply.raw.once('close', () => ended(request, reply));
    done();
  });
  const ended = (request: FastifyRequest, reply: FastifyReply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info(
      { user: request.user?.username, method: request.method, route, status: reply.statusCode, milliseconds },
      'request',
    );
    if (!isCounted(request)) return;
    const labels = { method: request.method, endpoint_group: groupOf(route) };
    http.inFlight.dec();
    http.requests.inc({ ...labels, status_code: reply.statusCode });
    http.seconds.observe(labels, reply.elapsedTime / 1_000);
  };
}
