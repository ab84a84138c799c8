import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../src/platform/process/free-port.ts';
import { eventually } from '../support/eventually.ts';

const ROOT = resolve('.');
const PAGE = readFileSync('docs/tour.md', 'utf8');
const BLOCK_ENDS = '=== end of a block ===';

test('the tour’s commands print what the page shows, but for numbers, times and secrets', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-tour-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-tour-data-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const env = { PATH: process.env['PATH'], HOME: folder, PORT: String(port), DATA_DIR: dataDir };
  const program = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let greeting = '';
  program.stdout.setEncoding('utf8').on('data', (text: string) => void (greeting += text));
  const ended = once(program, 'close');
  t.after(async () => {
    program.kill('SIGTERM');
    await ended;
  });
  await eventually('the program is open', () => greeting.includes('Ctrl-C'), 120_000);

  const steps = stepsOf(PAGE);
  assert.ok(steps.length > 8);
  const { stdout } = spawnSync('bash', ['-c', scriptOf(steps, port)], { cwd: folder, env, encoding: 'utf8' });
  const printed = stdout.split(BLOCK_ENDS);
  for (const [place, { commands, shown }] of steps.entries()) {
    if (shown !== undefined) assertSameShape(printed[place] ?? '', shown, commands);
  }
  const [, shownGreeting = ''] = PAGE.split('$ npm start\n')[1]?.split(/^…$|```/m) ?? [];
  assertSameShape(greeting, `…${shownGreeting}…`, 'npm start');
});

type Step = { commands: string; shown: string | undefined };

/** Each block of shell commands, with the block that shows what they print. */
function stepsOf(page: string): Step[] {
  const blocks = page.matchAll(/^```sh\n([^]*?)^```\n(?:\n```\n([^]*?)^```\n)?/gm);
  return [...blocks].map(([, commands = '', shown]) => ({ commands, shown }));
}

function scriptOf(steps: readonly Step[], port: number): string {
  const blocks = steps.map(({ commands }) => `${commands}\necho '${BLOCK_ENDS}'`).join('\n');
  // The files that the commands write stay out of the project.
  return `npm() { command npm --prefix '${ROOT}' "$@"; }
${blocks.replaceAll('localhost:8080', `localhost:${port}`)}
kill %1`;
}

function assertSameShape(printed: string, shown: string, commands: string): void {
  const parts = shown.split('…').map(shapeOf);
  const pattern = new RegExp(`^${parts.map(escaped).join('[^]*?')}$`);
  assert.match(shapeOf(printed), pattern, `${commands}\nprinted:\n${printed}\nand the page shows:\n${shown}`);
}

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** What differs from run to run made equal: dates, times, identifiers, numbers, white space and lines of tables. */
function shapeOf(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]*/g, 'ID-')
    .replaceAll(/\bTicket: \S+/g, 'Ticket:')
    .replaceAll(/(Signature: \w+\.)\S+/g, '$1')
    .replaceAll(/\d+/g, '0')
    .replaceAll(/[\s─]+/g, '');
}
