import {
  Counter,
  Gauge,
  Histogram,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
  type Registry,
} from 'prom-client';

/**
 * The values of each label, if they are known beforehand. Each combination exists from the start, at 0: a
 * panel shows it before anything has happened, and `increase()` sees the first event as a step from 0. A
 * label whose values are unknown has an empty list; `createHttpMetrics` adds its series when the routes are
 * registered.
 */
type Known = Readonly<Record<string, readonly string[]>>;
type Name<K extends Known> = Extract<keyof K, string>;
type Settings<K extends Known, Configuration> = Omit<Configuration, 'labelNames' | 'registers'> & {
  known?: K;
};

/** Only these three functions create metrics; `test/platform/metrics/series.test.ts` checks that. */
export function createCounter<const K extends Known>(
  registry: Registry,
  { known, ...settings }: Settings<K, CounterConfiguration<Name<K>>>,
): Counter<Name<K>> {
  const counter = new Counter({ ...settings, labelNames: namesOf(known), registers: [registry] });
  for (const labels of combinations(known)) counter.inc(labels, 0);
  return counter;
}

export function createGauge<const K extends Known>(
  registry: Registry,
  { known, ...settings }: Settings<K, GaugeConfiguration<Name<K>>>,
): Gauge<Name<K>> {
  const gauge = new Gauge({ ...settings, labelNames: namesOf(known), registers: [registry] });
  for (const labels of combinations(known)) gauge.set(labels, 0);
  return gauge;
}

export function createHistogram<const K extends Known>(
  registry: Registry,
  { known, ...settings }: Settings<K, HistogramConfiguration<Name<K>>>,
): Histogram<Name<K>> {
  const histogram = new Histogram({ ...settings, labelNames: namesOf(known), registers: [registry] });
  for (const labels of combinations(known)) histogram.zero(labels);
  return histogram;
}

const namesOf = <K extends Known>(known: K | undefined) => Object.keys(known ?? {}) as Name<K>[];

/** A metric without labels starts at 0 by itself. */
function combinations<K extends Known>(known: K | undefined): Record<Name<K>, string>[] {
  if (known === undefined) return [];
  let all: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(known)) {
    const longer: Record<string, string>[] = [];
    for (const labels of all) for (const value of values) longer.push({ ...labels, [name]: value });
    all = longer;
  }
  return all;
}
