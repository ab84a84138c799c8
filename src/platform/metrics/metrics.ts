import { AggregatorRegistry, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { FAULT_SOURCES, type FaultSource } from '../process/faults.ts';
import { createHttpMetrics, type HttpMetrics } from './http-metrics.ts';
import type { Figures } from './machine-metrics.ts';
import { createCounter } from './series.ts';

export type Metrics = { readonly registry: Registry; readonly http: HttpMetrics };

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  startGarbageAtZero(registry);
  return { registry, http: createHttpMetrics(registry) };
}

/** The only metric of Node with a label whose values are known beforehand. */
function startGarbageAtZero(registry: Registry): void {
  const collections = registry.getSingleMetric('nodejs_gc_duration_seconds');
  if (!(collections instanceof Histogram)) return;
  for (const kind of ['major', 'minor', 'incremental', 'weakcb']) collections.zero({ kind });
}

/** Counts the errors of event handlers by the source of the event. */
export function countFaults(registry: Registry): (source: FaultSource) => void {
  const faults = createCounter(registry, {
    name: 'skyfox_event_faults_total',
    help: 'Events that could not be handled (notices, messages of other processes, timers, streams); the log has each',
    known: { source: FAULT_SOURCES },
  });
  return (source) => faults.inc({ source });
}

/** The metrics of several processes as one text, each summed or as its `aggregator` says. */
export const sumFigures = (ofEach: Figures[]): Promise<string> =>
  AggregatorRegistry.aggregate(ofEach).metrics();
