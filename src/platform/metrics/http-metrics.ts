import type { Counter, Histogram, Registry } from 'prom-client';
import { createCounter, createGauge, createHistogram } from './series.ts';

export type HttpMetrics = {
  requests: Counter<'method' | 'endpoint_group' | 'status_code'>;
  seconds: Histogram<'method' | 'endpoint_group'>;
  inFlight: { now: number };
  /** Creates the series of a route's possible answers, at 0. */
  expect(route: Expected): void;
};
type Expected = { method: string; endpoint_group: string; statuses: Iterable<number> };

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const inFlight = { now: 0 };
  const requests = createCounter(registry, {
    name: 'skyfox_http_requests_total',
    help: 'HTTP requests by method, group of endpoints and status',
    known: { method: [], endpoint_group: [], status_code: [] },
  });
  const seconds = createHistogram(registry, {
    name: 'skyfox_http_request_duration_seconds',
    help: 'Seconds from the arrival of a request to the end of its answer',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5],
    known: { method: [], endpoint_group: [] },
  });
  createGauge(registry, {
    name: 'skyfox_http_requests_in_flight',
    help: 'HTTP requests that are being answered',
    collect() {
      this.set(inFlight.now);
    },
  });
  const timed = new Set<string>();
  return {
    requests,
    seconds,
    inFlight,
    expect({ statuses, ...labels }) {
      for (const status_code of statuses) requests.inc({ ...labels, status_code }, 0);
      // Once only, because setting a histogram to zero resets it.
      const key = `${labels.method} ${labels.endpoint_group}`;
      if (!timed.has(key)) seconds.zero(labels);
      timed.add(key);
    },
  };
}
