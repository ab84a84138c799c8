import { methodOf } from '../http/head.ts';
import type { App, Observe } from '../http/http.ts';
import type { Log } from '../log.ts';
import type { Faults } from '../process/faults.ts';
import type { HttpMetrics } from './http-metrics.ts';

const UNCOUNTED = new Set(['/health', '/metrics']);
const NO_ROUTE = 'unknown';

export type Observer = {
  observe: Observe;
  /** Creates the series of a route's possible answers. */
  expect: (route: { method: string; route: string; statuses: Iterable<number> }) => void;
  /** How many requests are being answered. */
  answering(): number;
};
export type ObserverNeeds = { log: Log; faults: Faults; groupOf: (route: string) => string };

/** Counts every request under the group of its route, and logs it in one line. */
export function createObserver(http: HttpMetrics, { log, faults, groupOf }: ObserverNeeds): Observer {
  let answering = 0;
  return {
    answering: () => answering,
    expect({ method, route, statuses }) {
      if (!UNCOUNTED.has(route)) http.expect({ method, endpoint_group: groupOf(route), statuses });
    },
    observe(response, { id, method, route }, username) {
      const isCounted = !UNCOUNTED.has(route);
      const startedAt = performance.now();
      answering += 1;
      if (isCounted) http.inFlight.now += 1;
      const end = () => {
        answering -= 1;
        const elapsedMs = performance.now() - startedAt;
        const milliseconds = Math.round(elapsedMs * 10) / 10;
        const status = response.statusCode;
        log.info({ reqId: id, user: username(), method, route, status, milliseconds }, 'request');
        if (!isCounted) return;
        const labels = { method, endpoint_group: groupOf(route) };
        http.inFlight.now -= 1;
        http.requests.inc({ ...labels, status_code: status });
        http.seconds.observe(labels, elapsedMs / 1_000);
      };
      // Also when a client goes away in the middle of a stream.
      response.once('close', faults.guard('request', end));
    },
  };
}

// Statuses that any route may answer besides those of its schema.
const OF_ANY_ROUTE = [400, 401, 403, 404, 413, 429, 500, 503];
const OF_READS = [304];
const OF_WRITES = [402, 409, 422, 502, 504];
const UNMATCHED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Observes requests that go through the routes. Call this before the routes are registered. */
export function observeRoutes(app: App, { observe, expect }: Observer): void {
  for (const method of UNMATCHED_METHODS) expect({ method, route: NO_ROUTE, statuses: OF_ANY_ROUTE });
  expect({ method: 'OPTIONS', route: NO_ROUTE, statuses: [204, ...OF_ANY_ROUTE] });
  app.addHook('onRoute', ({ method, url, schema }) => {
    const declared = Object.keys(schema?.response ?? { 200: undefined })
      .map(Number)
      .filter((status) => status >= 100);
    for (const each of [method].flat().flatMap((own) => (own === 'GET' ? ['GET', 'HEAD'] : own))) {
      const ofMethod = each === 'GET' || each === 'HEAD' ? OF_READS : OF_WRITES;
      expect({ method: each, route: url, statuses: [...declared, ...ofMethod, ...OF_ANY_ROUTE] });
    }
  });
  app.addHook('onRequest', (request, reply, done) => {
    const { id, raw, routeOptions } = request;
    const route = routeOptions.url ?? NO_ROUTE;
    observe(reply.raw, { id, method: methodOf(raw), route }, () => request.user?.username);
    done();
  });
}
