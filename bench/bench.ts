// `npm run bench [-- --only PART-OF-A-NAME --rounds N --seconds S]`: each figure beside its limit, measured in the same run.
// `npm run bench -- --compare A.json B.json`: two earlier runs side by side.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { cases } from './cases.ts';
import { measure, type Figure } from './figures.ts';
import { openStage } from './support/stage.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    compare: { type: 'boolean', default: false },
  },
});

if (values.compare) await compare(positionals);
else await run();

async function run(): Promise<void> {
  const figures: Figure[] = [];
  const asked = cases.filter(({ name }) => !values.only || values.only.some((part) => name.includes(part)));
  for (const [env, subjects] of Map.groupBy(asked, (subject) => subject.env)) {
    const stage = await openStage(env);
    try {
      for (const subject of subjects) {
        const size = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
        const figure = await measure(stage, subject, size);
        figures.push(figure);
        print(figure);
      }
    } finally {
      await stage.close();
    }
  }
  await mkdir('bench/results', { recursive: true });
  const file = `bench/results/${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`;
  await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(`kept in ${file}`);
}

function print({ name, meaning, ours, limit, limitIs, ratio, spread, unit, aim }: Figure): void {
  const share =
    limit === undefined ? '' : `; ${limitIs}: ${format(limit)}; ratio ${(ratio * 100).toFixed(0)} %`;
  const scatter = limit === undefined ? '' : ` (${spread.map((r) => (r * 100).toFixed(0)).join('-')} %)`;
  console.log(`\n${name}: ${format(ours)} ${unit}${share}${scatter}${aim ? `, aim ${aim}` : ''}\n${meaning}`);
}

async function compare([before = '', after = '']: string[]): Promise<void> {
  const read = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as Figure[];
  const earlier = new Map((await read(before)).map((figure) => [figure.name, figure]));
  for (const { name, ratio, ours, unit } of await read(after)) {
    const old = earlier.get(name);
    const was = old ? `${format(old.ours)} -> ` : '';
    const change =
      old && ratio > 0 ? `, ratio ${(old.ratio * 100).toFixed(0)} -> ${(ratio * 100).toFixed(0)} %` : '';
    console.log(`${name}: ${was}${format(ours)} ${unit}${change}`);
  }
}

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
