import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Findings } from '../../src/checkout/checkout.ts';
import { SETTINGS } from './app.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/reconcile.ts', import.meta.url));

type Ran = { status: number; stdout: string; stderr: string };

/** `npm run reconcile` as an operator runs it. */
export function reconcile(databaseUrl: string, ...args: string[]): Promise<Ran> {
  const env = { PATH: process.env['PATH'], ...SETTINGS, DATABASE_URL: databaseUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], { env, cwd: tmpdir() }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/** What it finds, with its exit status. */
export async function findings(databaseUrl: string): Promise<{ status: number; found: Findings }> {
  const { status, stdout } = await reconcile(databaseUrl, '--json');
  return { status, found: JSON.parse(stdout) as Findings };
}
