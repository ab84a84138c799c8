import type { Subject } from '../figures.ts';
import type { Cpu } from './cpu.ts';
import { median } from './load.ts';
import type { Stage } from './stage.ts';

/** `took` is of requests whose answers were timed. */
export type Round = { rate: number; took?: Took };
/** Times, and what one operation takes: CPU of the program and of PostgreSQL, and round trips between them. */
export type Took = {
  p50Ms: number;
  p99Ms: number;
  programUs: number;
  postgresUs: number;
};
export type Answers = Took & { roundTrips: number };

const COUNTED_SECONDS = 1;

/** One round: how many a second, and what each took. */
export async function play(stage: Stage, subject: Subject, seconds: number): Promise<Round> {
  const before = stage.cpu();
  const measured = await subject.ours(stage, seconds);
  if (typeof measured === 'number') return { rate: measured };
  const after = stage.cpu();
  const { perSecond, done, p50Ms, p99Ms } = measured;
  const usEach = (part: keyof Cpu) => ((after[part] - before[part]) * 1_000) / done;
  return {
    rate: perSecond,
    took: { p50Ms, p99Ms, programUs: usEach('program'), postgresUs: usEach('postgres') },
  };
}

/** The medians of the rounds. */
export async function summarise(
  stage: Stage,
  subject: Subject,
  turns: readonly Round[],
): Promise<Answers | undefined> {
  const rounds = turns.flatMap(({ took }) => took ?? []);
  if (rounds.length === 0) return undefined;
  const of = (name: keyof Took) => median(rounds.map((took) => took[name]));
  return {
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    programUs: of('programUs'),
    postgresUs: of('postgresUs'),
    roundTrips: await countRoundTrips(stage, subject),
  };
}

/** Messages that another app sends to the database for each operation, once it is warm. */
async function countRoundTrips(stage: Stage, subject: Subject): Promise<number> {
  return stage.overhear(async ({ app, messages }) => {
    const overheard = { ...stage, app };
    await subject.ours(overheard, COUNTED_SECONDS);
    const before = messages();
    const measured = await subject.ours(overheard, COUNTED_SECONDS);
    return typeof measured === 'number' ? Number.NaN : (messages() - before) / measured.done;
  });
}
