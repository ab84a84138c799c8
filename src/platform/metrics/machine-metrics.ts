import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Question, Topic } from '../process/machine.ts';

export type Figures = MetricObjectWithValues<MetricValue<string>>[];

/** The metrics of one process, which the primary collects and sums. */
export const FIGURES: Topic<Figures> = {
  name: 'figures',
  isItem: (figures): figures is Figures => Array.isArray(figures),
};

/** The metrics of all processes of a machine, as Prometheus reads them. */
export const METRICS_TEXT: Question<undefined, string> = {
  name: 'metrics',
  isInput: (nothing): nothing is undefined => nothing === undefined,
  isAnswer: (text) => typeof text === 'string',
};
