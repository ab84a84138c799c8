import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulatedCharge } from '../../src/payments/simulator.ts';
import type { Owner } from './database.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/payment-simulator.ts', import.meta.url));

export type Bank = Awaited<ReturnType<typeof startBank>>;

/** A payment gateway in a process of its own, which outlives the programs that call it and logs its charges on disk. */
export async function startBank(t: Owner, ...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-bank-'));
  const log = join(folder, 'charges');
  const child = spawn(
    process.execPath,
    [SCRIPT, '--port', '0', '--api-key', 'simulator', '--log', log, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] ?? '' } },
  );
  const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const [url] = /http:\S+(?=,)/.exec(said) ?? [];
  if (!url) throw new Error(`no simulator: ${said}`);
  t.after(async () => {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  });
  const charges = async (): Promise<SimulatedCharge[]> =>
    (await readFile(log, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as SimulatedCharge);
  return { url, charges };
}
