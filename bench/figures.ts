import { median, type Measured } from './support/load.ts';
import { play, summarise, type Answers, type Round } from './support/rounds.ts';
import type { Stage } from './support/stage.ts';

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
  answers: Answers | undefined;
  limit: number | undefined;
  ratio: number;
  /** The least and the greatest ratio of a round. */
  spread: [number, number];
  /** The figure elsewhere, and the ratio: with this many bookings in the tables, or of another checkout. */
  elsewhere: Elsewhere[];
};
export type Elsewhere = { where: string; ours: number; share: number; answers?: Answers | undefined };
export type Size = { rounds: number; seconds: number };

/**
 * Runs rounds of ours, its limit and ours on the other stages in turns, so other load on the machine affects
 * all of them. Gives medians. The first stage has the least history.
 */
export async function measure(
  stages: readonly Stage[],
  subject: Subject,
  { rounds, seconds }: Size,
): Promise<Figure> {
  const { name, meaning, unit, aim, limitIs } = subject;
  const [smallest, ...others] = stages.filter(({ isGrown }) => subject.grows || !isGrown);
  if (!smallest) throw new Error('nothing to measure on');
  for (const stage of [smallest, ...others]) {
    await subject.prepare?.(stage);
    // A process that has just started is compiled while it works.
    if (subject.limit) await subject.ours(stage, seconds);
  }
  const ours: Round[] = [];
  const limits: number[] = [];
  const turns = others.map((): Round[] => []);
  for (let round = 0; round < (subject.limit ? rounds : 1); round++) {
    ours.push(await play(smallest, subject, seconds));
    if (subject.limit) limits.push(await subject.limit(smallest, seconds));
    for (const [place, stage] of others.entries()) turns[place]?.push(await play(stage, subject, seconds));
  }
  const ratios = limits.map((limit, round) => (ours[round]?.rate ?? 0) / limit);
  const elsewhere: Elsewhere[] = [];
  for (const [place, stage] of others.entries())
    elsewhere.push({
      where: stage.label,
      ...(await besideOurs(stage, subject, { ours, theirs: turns[place] ?? [] })),
    });
  return {
    name,
    meaning,
    unit,
    aim,
    limitIs,
    ours: median(ours.map(({ rate }) => rate)),
    answers: await summarise(smallest, subject, ours),
    limit: limits.length > 0 ? median(limits) : undefined,
    ratio: ratios.length > 0 ? median(ratios) : 0,
    spread: ratios.length > 0 ? [Math.min(...ratios), Math.max(...ratios)] : [0, 0],
    elsewhere,
  };
}

async function besideOurs(
  stage: Stage,
  subject: Subject,
  { ours, theirs }: { ours: Round[]; theirs: Round[] },
) {
  return {
    ours: median(theirs.map(({ rate }) => rate)),
    share: median(theirs.map(({ rate }, round) => rate / (ours[round]?.rate ?? Number.NaN))),
    answers: await summarise(stage, subject, theirs),
  };
}
