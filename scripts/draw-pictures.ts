// `npm run draw:pictures`: writes docs/hall.png and docs/wall.png, the web app during a demo evening.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { StartFault } from '../src/platform/errors.ts';
import { createClosing } from '../src/platform/process/closing.ts';
import { freePort } from '../src/platform/process/free-port.ts';
import { explain, runTool } from '../src/platform/process/tool.ts';

explain(`npm run draw:pictures

Starts a program with a database of its own, plays a demo evening at it, and writes docs/hall.png and docs/wall.png, as Debian's
Chromium (/usr/bin/chromium) shows them when the first hall is more than half full. Takes three minutes.`);

const EVENING = ['--minutes', '2', '--seed', '40'];
const SEATS_LEFT = 42;
const CINEMA_HOUR = 17;
const WITHIN_MS = 120_000;
const SIZES = { hall: { width: 1_240, height: 960 }, wall: { width: 1_600, height: 900 } };

await runTool(async () => {
  const closing = createClosing();
  try {
    const dataDir = closing.owns(await mkdtemp(join(tmpdir(), 'skyfox-pictures-')), (folder) =>
      rm(folder, { recursive: true, force: true }),
    );
    const env = {
      PATH: process.env['PATH'] ?? '',
      DATA_DIR: dataDir,
      PORT: String(await freePort()),
      CINEMA_TIME_ZONE: zoneWhereItIs(CINEMA_HOUR),
      BCRYPT_COST: '6',
    };
    const program = closing.owns(run('src/main.ts', [], env), end);
    await program.hasPrinted(/Ctrl-C/);
    const evening = closing.owns(run('scripts/demo-evening.ts', EVENING, env), end);
    const [, base = '', show = ''] = await evening.hasPrinted(/A hall +(http\S+?)\/app\/show\/(\d+)/);
    const [, username = '', password = ''] = await evening.hasPrinted(/Log in +(\S+), password (\S+)/);
    const browser = closing.owns(
      await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] }),
      (open) => open.close(),
    );
    const hall = await browser.newPage({ viewport: SIZES.hall });
    await hall.goto(`${base}/app/show/${show}`);
    await hall.getByLabel('Username').fill(username);
    await hall.getByLabel('Password').fill(password);
    await hall.keyboard.press('Enter');
    const wall = await browser.newPage({ viewport: SIZES.wall });
    await wall.goto(`${base}/app/wall`);
    await fills(hall);
    await hall.locator('form.best button').click();
    await Promise.all([keep(hall, 'docs/hall.png'), keep(wall, 'docs/wall.png')]);
  } finally {
    await closing.close();
  }
});

/** The pictures show an evening whenever they are made, and tonight is today. */
function zoneWhereItIs(hour: number): string {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
  // In these names a plus is west of Greenwich.
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

type Running = { child: ChildProcess; hasPrinted: (what: RegExp) => Promise<RegExpExecArray> };

function run(script: string, args: readonly string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed += text));
  const hasPrinted = async (what: RegExp) => {
    for (const endsAt = performance.now() + WITHIN_MS; performance.now() < endsAt; await sleep(100)) {
      const found = what.exec(printed);
      if (found) return found;
    }
    throw new StartFault(`${script} has not printed ${what.source}, but:\n${printed}`);
  };
  return { child, hasPrinted };
}

async function end({ child }: Running): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Waits until few seats are left on the hall's page, by its labels of the seats. */
async function fills(hall: Page): Promise<void> {
  const free = hall.locator('[role=grid] button:not([aria-disabled=true])');
  await free.first().waitFor();
  for (const endsAt = performance.now() + WITHIN_MS; performance.now() < endsAt; await sleep(200)) {
    if ((await free.count()) <= SEATS_LEFT) return;
  }
  throw new StartFault('the hall did not fill');
}

/** As few colours as a picture of flat ones needs, so that the page loads quickly. */
async function keep(page: Page, file: string): Promise<void> {
  const picture = await page.screenshot();
  await writeFile(file, await sharp(picture).png({ palette: true, effort: 10 }).toBuffer());
}
