import cluster from 'node:cluster';
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createHouseMetrics, type HouseMetrics } from './gauges.ts';
import type { App, Observe } from '../http/http.ts';
import { requestLines, type Log } from '../platform/log.ts';

export type Metrics = {
  readonly registry: Registry;
  readonly http: HttpMetrics;
  readonly house: HouseMetrics;
};
type HttpMetrics = {
  requests: Counter<'method' | 'endpoint_group' | 'status_code'>;
  seconds: Histogram<'method' | 'endpoint_group'>;
  inFlight: { now: number };
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  if (cluster.isWorker) answerPrimary(registry);
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const inFlight = { now: 0 };
  // Registered apart, since a gauge that is only made is made for its side effects.
  registry.registerMetric(
    new Gauge({
      name: 'skyfox_http_requests_in_flight',
      help: 'HTTP requests that are being answered',
      registers: [],
      collect() {
        this.set(inFlight.now);
      },
    }),
  );
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
      inFlight,
    },
  };
}

/** The primary asks each of its processes for its figures and sums them; whoever has made one of these listens. */
function answerPrimary(registry: Registry): AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'> {
  AggregatorRegistry.setRegistries(registry);
  return new AggregatorRegistry();
}

const UNCOUNTED = new Set(['/health', '/metrics']);

export type Observer = {
  observe: Observe;
  /** How many requests are being answered. */
  answering(): number;
};

/** Counts and logs every request, one line each, under the group of its route. */
export function createObserver({ http }: Metrics, log: Log, groupOf: (route: string) => string): Observer {
  const writeLine = requestLines(log);
  let answering = 0;
  return {
    answering: () => answering,
    observe(response, { id, method, route }, username) {
      const isCounted = !UNCOUNTED.has(route);
      const beganAt = performance.now();
      answering += 1;
      if (isCounted) http.inFlight.now += 1;
      // Also when a client goes away in the middle of a stream.
      response.once('close', () => {
        answering -= 1;
        const elapsedMs = performance.now() - beganAt;
        const milliseconds = Math.round(elapsedMs * 10) / 10;
        const status = response.statusCode;
        writeLine({ reqId: id, user: username(), method, route, status, milliseconds });
        if (!isCounted) return;
        const labels = { method, endpoint_group: groupOf(route) };
        http.inFlight.now -= 1;
        http.requests.inc({ ...labels, status_code: status });
        http.seconds.observe(labels, elapsedMs / 1_000);
      });
    },
  };
}

/** Sees to it that what goes by the routes is observed too. */
export function observeRoutes(app: App, { observe }: Observer): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { id, method, routeOptions } = request;
    observe(reply.raw, { id, method, route: routeOptions.url ?? 'unknown' }, () => request.user?.username);
    done();
  });
}
