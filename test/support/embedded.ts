import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** An empty folder, which other users may enter. */
export async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'skyfox-embedded-'));
  await chmod(path, 0o755);
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

export async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** A program of its own, in a process group of its own. */
export async function startChild(
  t: TestContext,
  dataDir: string,
  user: { uid?: number; gid?: number } = {},
  settings: Record<string, string> = {},
) {
  const script = fileURLToPath(new URL('embedded-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir, JSON.stringify(settings)], {
    ...user,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exit = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await exit;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value);
  const first = await line();
  return {
    first,
    line,
    exit,
    pid: Number(child.pid),
    url: first.replace('ready ', ''),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    throw: () => child.stdin.write('throw\n'),
  };
}
