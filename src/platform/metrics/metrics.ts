import { AggregatorRegistry, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { createHouseMetrics, type HouseMetrics } from './gauges.ts';
import { createCounter } from './series.ts';
import { createHttpMetrics, type HttpMetrics } from './http-metrics.ts';
import type { Figures } from './machine-metrics.ts';
import { methodOf } from '../http/head.ts';
import type { App, Observe } from '../http/http.ts';
import { FAULT_SOURCES, type Faults, type FaultSource } from '../process/faults.ts';
import { requestLines, type Log } from '../log.ts';

export type Metrics = {
  readonly registry: Registry;
  readonly http: HttpMetrics;
  readonly house: HouseMetrics;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  startGarbageAtZero(registry);
  return { registry, house: createHouseMetrics(registry), http: createHttpMetrics(registry) };
}

/** Of Node's own metrics the one whose label has values that are known beforehand. */
function startGarbageAtZero(registry: Registry): void {
  const collections = registry.getSingleMetric('nodejs_gc_duration_seconds');
  if (!(collections instanceof Histogram)) return;
  for (const kind of ['major', 'minor', 'incremental', 'weakcb']) collections.zero({ kind });
}

/** Counts what the handlers of events threw, by where the events came from. */
export function countFaults(registry: Registry): (source: FaultSource) => void {
  const faults = createCounter(registry, {
    name: 'skyfox_event_faults_total',
    help: 'Events that could not be handled (notices, messages of other processes, timers, streams); the log has each',
    known: { source: FAULT_SOURCES },
  });
  return (source) => faults.inc({ source });
}

/** The figures of several processes as one text, each summed or as its `aggregator` says. */
export const sumFigures = (ofEach: Figures[]): Promise<string> =>
  AggregatorRegistry.aggregate(ofEach).metrics();

const UNCOUNTED = new Set(['/health', '/metrics']);
// What stands for all that no route is there for.
const NO_ROUTE = 'unknown';

export type ObserverNeeds = { log: Log; faults: Faults; groupOf: (route: string) => string };
export type Observer = {
  observe: Observe;
  /** Tells the metrics beforehand what a route answers. */
  foresee: (route: { method: string; route: string; statuses: Iterable<number> }) => void;
  /** How many requests are being answered. */
  answering(): number;
};

/** Counts and logs every request, one line each, under the group of its route. */
export function createObserver({ http }: Metrics, { log, faults, groupOf }: ObserverNeeds): Observer {
  const writeLine = requestLines(log);
  let answering = 0;
  return {
    answering: () => answering,
    foresee({ method, route, statuses }) {
      if (!UNCOUNTED.has(route)) http.foresee({ method, endpoint_group: groupOf(route), statuses });
    },
    observe(response, { id, method, route }, username) {
      const isCounted = !UNCOUNTED.has(route);
      const beganAt = performance.now();
      answering += 1;
      if (isCounted) http.inFlight.now += 1;
      const end = () => {
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
      };
      // Also when a client goes away in the middle of a stream.
      response.once('close', faults.guard('request', end));
    },
  };
}

// What any route may answer beside what it says of itself: by its head, its key, its token, its body, or a database
// that is away.
const OF_ANY_ROUTE = [400, 401, 403, 404, 413, 429, 500, 503];
// Of what is written also that it was done before, or that the gateway did not charge.
const OF_WRITES = [402, 409, 422, 502, 504];
const UNMATCHED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Sees to it that what goes by the routes is observed too, and that their series exist. To be called before they are registered. */
export function observeRoutes(app: App, { observe, foresee }: Observer): void {
  for (const method of UNMATCHED_METHODS) foresee({ method, route: NO_ROUTE, statuses: OF_ANY_ROUTE });
  foresee({ method: 'OPTIONS', route: NO_ROUTE, statuses: [204, ...OF_ANY_ROUTE] });
  app.addHook('onRoute', ({ method, url, schema }) => {
    const declared = Object.keys(schema?.response ?? { 200: undefined })
      .map(Number)
      .filter((status) => status >= 100);
    for (const each of [method].flat().flatMap((own) => (own === 'GET' ? ['GET', 'HEAD'] : own))) {
      // A client that has an answer already is told so.
      const ofMethod = each === 'GET' || each === 'HEAD' ? [304] : OF_WRITES;
      foresee({ method: each, route: url, statuses: [...declared, ...ofMethod, ...OF_ANY_ROUTE] });
    }
  });
  app.addHook('onRequest', (request, reply, done) => {
    const { id, raw, routeOptions } = request;
    observe(
      reply.raw,
      { id, method: methodOf(raw), route: routeOptions.url ?? NO_ROUTE },
      () => request.user?.username,
    );
    done();
  });
}
