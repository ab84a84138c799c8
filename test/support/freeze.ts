import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestApp } from './app.ts';
import type { Owner } from './database.ts';
import { eventually } from './eventually.ts';
import { startProcess } from './process.ts';

const jumpingClock = fileURLToPath(new URL('jumping-clock.ts', import.meta.url));

export type Frozen = Awaited<ReturnType<typeof startFreezing>>;

/**
 * The program as a process beside `app`, on its database and with its bank, that stands still as by SIGSTOP the first time
 * that it comes by the point.
 */
export async function startFreezing(
  t: Owner,
  app: Pick<TestApp, 'databaseUrl' | 'bank'>,
  point: string,
  env: Record<string, string> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-clock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const clock = join(folder, 'ahead-ms');
  await writeFile(clock, '0');
  const child = await startProcess(t, {
    databaseUrl: app.databaseUrl,
    imports: [jumpingClock],
    env: {
      APP_ENV: 'test',
      PAYMENT_GATEWAY_URL: app.bank.url,
      SKYFOX_FAILPOINT: `freeze: ${point}`,
      CLOCK_FILE: clock,
      ...env,
    },
  });
  return {
    ...child,
    /** Resolves when it stands still. */
    frozen: () => eventually(`it stands still at ${point}`, () => stateOf(child.pid ?? 0) === 'T'),
    /** Goes on, in the belief that it stood still for so long. */
    async thaw({ afterSeconds = 0 } = {}) {
      await writeFile(clock, String(afterSeconds * 1_000));
      process.kill(child.pid ?? 0, 'SIGCONT');
    },
  };
}

/** As the kernel has it: `T` is stopped. The name before it may hold anything, but no parenthesis comes after. */
function stateOf(pid: number): string | undefined {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[0];
}
