import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { requests, SETTINGS } from './app.ts';
import { call } from './call.ts';
import type { Owner } from './database.ts';
import { eventually } from './eventually.ts';
import { databaseSettings } from './server.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 45_000;

export type Child = Awaited<ReturnType<typeof startProcess>>;
type Options = {
  databaseUrl: string;
  env?: Record<string, string>;
  /** Files that are loaded before the program. */
  imports?: readonly string[];
  /** What it has said when it is given to the test, if it is not to be waited for until it answers. */
  until?: RegExp;
};

/** The program as a process of its own, ready to answer. Killed with the test. */
export async function startProcess(t: Owner, { databaseUrl, env = {}, imports = [], until }: Options) {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-process-'));
  const port = Number(env['PORT'] ?? (await freePort()));
  const child = spawn(process.execPath, [...imports.flatMap((file) => ['--import', file]), 'src/main.ts'], {
    cwd: ROOT,
    // Nothing of the test runner's environment: it would make the program report as a test.
    env: {
      PATH: process.env['PATH'] ?? '',
      ...SETTINGS,
      ...(env['DATABASE_URL'] === undefined && databaseSettings(databaseUrl)),
      DATABASE_POOL_MAX: '15',
      DATA_DIR: dataDir,
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  t.after(async () => {
    await kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  const base = `http://127.0.0.1:${port}`;
  if (until) await eventually(`it says ${until}`, () => until.test(output), READY_WITHIN_MS);
  else
    await ready(
      base,
      () => child.exitCode !== null,
      () => output,
    );
  return { base, pid: child.pid, dataDir, output: () => output, kill, exited, ...requests(base) };
}

async function ready(base: string, isOver: () => boolean, output: () => string): Promise<void> {
  for (const endsAt = performance.now() + READY_WITHIN_MS; performance.now() < endsAt; await sleep(25)) {
    if (isOver()) break;
    const answer = await call(base, 'GET', '/ready').catch(() => undefined);
    if (answer?.status === 200) return;
  }
  throw new Error(`the program did not become ready:\n${output()}`);
}
