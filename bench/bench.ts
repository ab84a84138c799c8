// `npm run bench [-- --only PART-OF-A-NAME --rounds N --seconds S --history 0,100000,1000000 --beside FOLDER]`: each
// figure beside its limit, beside itself with more bookings in the tables, and beside another checkout of the program,
// measured in the same run.
// `npm run bench -- --compare A.json B.json`: two earlier runs side by side.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { explain, readArguments } from '../src/platform/process/tool.ts';
import { cases } from './cases.ts';
import { measure, type Figure, type Subject } from './figures.ts';
import type { Answers } from './support/rounds.ts';
import { openStage, type Stage } from './support/stage.ts';

explain(`npm run bench [-- --only PART-OF-A-NAME --rounds N --seconds S --history 0,100000,1000000 --beside FOLDER]
npm run bench -- --compare A.json B.json

Measures each figure beside its limit, beside itself with more bookings in the tables, and beside another checkout of the
program with its modules installed, in one run, and keeps the figures in bench/results; --compare puts two earlier runs side by side.`);

const { values, positionals } = readArguments({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    history: { type: 'string', default: '0,100000,1000000' },
    beside: { type: 'string' },
    compare: { type: 'boolean', default: false },
  },
});

if (values.compare) await compare(positionals);
else await run();

async function run(): Promise<void> {
  const figures: Figure[] = [];
  const asked = cases.filter(({ name }) => !values.only || values.only.some((part) => name.includes(part)));
  for (const [env, subjects] of Map.groupBy(asked, (subject) => subject.env)) {
    const stages = await openStages(subjects, env);
    try {
      for (const subject of subjects) {
        const size = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
        const figure = await measure(stages, subject, size);
        figures.push(figure);
        print(figure);
      }
    } finally {
      for (const stage of stages.toReversed()) await stage.close();
    }
  }
  await mkdir('bench/results', { recursive: true });
  const file = `bench/results/${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`;
  await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(`\nkept in ${file}`);
}

/** A database, an app and a plain server for each size of history. */
async function openStages(subjects: readonly Subject[], env?: Record<string, string>): Promise<Stage[]> {
  const sizes = subjects.some(({ grows }) => grows) ? values.history.split(',').map(Number) : [0];
  const stages: Stage[] = [];
  for (const bookings of sizes.toSorted((a, b) => a - b)) stages.push(await openStage({ env, bookings }));
  if (values.beside) stages.push(await openStage({ env, checkout: values.beside }));
  return stages;
}

function print({
  name,
  meaning,
  ours,
  answers,
  limit,
  limitIs,
  ratio,
  spread,
  unit,
  aim,
  elsewhere,
}: Figure) {
  const share = limit === undefined ? '' : `; ${limitIs}: ${format(limit)}; ratio ${percent(ratio)} %`;
  const scatter = limit === undefined ? '' : ` (${spread.map(percent).join('-')} %)`;
  console.log(`\n${name}: ${format(ours)} ${unit}${share}${scatter}${aim ? `, aim ${aim}` : ''}`);
  printAnswers(answers);
  for (const { where, ours: then, share: part, answers: theirs } of elsewhere) {
    console.log(`  ${where}: ${format(then)}, ${percent(part)} % of that`);
    printAnswers(theirs);
  }
  console.log(meaning);
}

function printAnswers(answers: Answers | undefined): void {
  if (!answers) return;
  const { p50Ms, p99Ms, programUs, postgresUs, roundTrips } = answers;
  console.log(
    `  p50 ${format(p50Ms)} ms, p99 ${format(p99Ms)} ms; each takes ${format(programUs)} us of the program's CPU, ` +
      `${format(postgresUs)} of PostgreSQL's, ${roundTrips.toFixed(2)} round trips`,
  );
}

async function compare([before = '', after = '']: string[]): Promise<void> {
  const read = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as Figure[];
  const earlier = new Map((await read(before)).map((figure) => [figure.name, figure]));
  for (const { name, ratio, ours, unit } of await read(after)) {
    const old = earlier.get(name);
    const was = old ? `${format(old.ours)} -> ` : '';
    const change = old && ratio > 0 ? `, ratio ${percent(old.ratio)} -> ${percent(ratio)} %` : '';
    console.log(`${name}: ${was}${format(ours)} ${unit}${change}`);
  }
}

function percent(share: number): string {
  return (share * 100).toFixed(0);
}

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
