import type { Stage } from './support/stage.ts';
import { median, type Measured } from './support/load.ts';

/** A measurement: `ours` and, if there is one, the limit beside it. Higher is better except for times. */
export type Subject = {
  name: string;
  /** Two lines: what the figure means for a cinema. */
  meaning: string;
  unit: string;
  aim?: string;
  limitIs?: string;
  /** Whether it runs at every size of history. */
  grows?: boolean;
  /** Settings of the app, if they differ from the defaults. */
  env?: Record<string, string>;
  prepare?: (stage: Stage) => Promise<void>;
  ours: (stage: Stage, seconds: number) => Promise<number | Measured>;
  limit?: (stage: Stage, seconds: number) => Promise<number>;
};
export type Figure = {
  name: string;
  meaning: string;
  unit: string;
  aim: string | undefined;
  limitIs: string | undefined;
  ours: number;
  /** Medians of the rounds, if answers were timed. */
  p50Ms?: number;
  p99Ms?: number;
  limit: number | undefined;
  ratio: number;
  /** The least and the greatest ratio of a round. */
  spread: [number, number];
  /** The figure with this many bookings in the tables, and its ratio to the figure without any. */
  grown: { bookings: number; ours: number; share: number }[];
};
export type Size = { rounds: number; seconds: number };

/**
 * Runs rounds of ours, its limit and ours with more history in turns, so other load on the machine affects
 * all of them. Gives medians. The first stage has the least history.
 */
export async function measure(
  stages: readonly Stage[],
  subject: Subject,
  { rounds, seconds }: Size,
): Promise<Figure> {
  const { name, meaning, unit, aim, limitIs } = subject;
  const [smallest, ...larger] = subject.grows ? stages : stages.slice(0, 1);
  if (!smallest) throw new Error('nothing to measure on');
  for (const stage of [smallest, ...larger]) await subject.prepare?.(stage);
  const ours: number[] = [];
  const latencies: Measured[] = [];
  const limits: number[] = [];
  const grown = larger.map(({ bookings }) => ({ bookings, rates: [] as number[] }));
  for (let round = 0; round < (subject.limit ? rounds : 1); round++) {
    const measured = await subject.ours(smallest, seconds);
    if (typeof measured !== 'number') latencies.push(measured);
    ours.push(rateOf(measured));
    if (subject.limit) limits.push(await subject.limit(smallest, seconds));
    for (const [place, stage] of larger.entries())
      grown[place]?.rates.push(rateOf(await subject.ours(stage, seconds)));
  }
  const ratios = limits.map((limit, round) => (ours[round] ?? 0) / limit);
  return {
    name,
    meaning,
    unit,
    aim,
    limitIs,
    ours: median(ours),
    ...(latencies.length > 0 && {
      p50Ms: median(latencies.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(latencies.map(({ p99Ms }) => p99Ms)),
    }),
    limit: limits.length > 0 ? median(limits) : undefined,
    ratio: ratios.length > 0 ? median(ratios) : 0,
    spread: ratios.length > 0 ? [Math.min(...ratios), Math.max(...ratios)] : [0, 0],
    grown: grown.map(({ bookings, rates }) => ({
      bookings,
      ours: median(rates),
      share: median(rates.map((rate, round) => rate / (ours[round] ?? Number.NaN))),
    })),
  };
}

const rateOf = (measured: number | Measured) =>
  typeof measured === 'number' ? measured : measured.perSecond;
