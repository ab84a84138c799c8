import type { Stage } from './support/stage.ts';
import { median } from './support/load.ts';

/** What is measured: `ours` and, where there is one, the limit beside it; more is better but for times. */
export type Subject = {
  name: string;
  /** Two lines: what the figure means for a cinema. */
  meaning: string;
  unit: string;
  aim?: string;
  limitIs?: string;
  /** Settings of the app, where they are not the usual ones. */
  env?: Record<string, string>;
  prepare?: (stage: Stage) => Promise<void>;
  ours: (stage: Stage, seconds: number) => Promise<number>;
  limit?: (stage: Stage, seconds: number) => Promise<number>;
};
export type Figure = {
  name: string;
  meaning: string;
  unit: string;
  aim: string | undefined;
  limitIs: string | undefined;
  ours: number;
  limit: number | undefined;
  ratio: number;
  /** The least and the greatest ratio of a round. */
  spread: [number, number];
};

/** Rounds of both in turns, so that what else the machine does falls on both; the medians are given. */
export async function measure(
  stage: Stage,
  subject: Subject,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Figure> {
  const { name, meaning, unit, aim, limitIs } = subject;
  await subject.prepare?.(stage);
  const ours: number[] = [];
  const limits: number[] = [];
  for (let round = 0; round < (subject.limit ? rounds : 1); round++) {
    ours.push(await subject.ours(stage, seconds));
    if (subject.limit) limits.push(await subject.limit(stage, seconds));
  }
  const ratios = limits.map((limit, round) => (ours[round] ?? 0) / limit);
  return {
    name,
    meaning,
    unit,
    aim,
    limitIs,
    ours: median(ours),
    limit: limits.length > 0 ? median(limits) : undefined,
    ratio: ratios.length > 0 ? median(ratios) : 0,
    spread: ratios.length > 0 ? [Math.min(...ratios), Math.max(...ratios)] : [0, 0],
  };
}
