import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

const BIN = '/usr/lib/postgresql/15/bin';
export const lacksDebianPostgres = existsSync(`${BIN}/pg_ctl`)
  ? false
  : 'needs postgresql-15: npm run test:system says how to install it';

// PostgreSQL does not run as root.
const idOf = (what: '-u' | '-g') => Number(spawnSync('id', [what, 'postgres'], { encoding: 'utf8' }).stdout);
const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};

/** Runs one of PostgreSQL 15's programs; throws with what it said where it fails. */
export function pg(program: string, args: readonly string[]): string {
  const options = { cwd: '/', encoding: 'utf8', timeout: 60_000, ...user } as const;
  const { status, stdout, stderr } = spawnSync(`${BIN}/${program}`, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** A folder that PostgreSQL may write in. */
export async function pgFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-pg15-'));
  await chmod(folder, 0o777);
  return folder;
}

/** A server of Debian's PostgreSQL 15 on the files in `data`, which are made unless they are there. */
export async function startPostgres(data: string, more: Readonly<Record<string, string>> = {}) {
  if (!existsSync(data)) pg('initdb', ['-D', data, '-U', 'postgres', '--auth', 'trust', '--no-sync']);
  const port = String(await freePort());
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port, ...more };
  const args = [
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const server = spawn(`${BIN}/postgres`, args, { stdio: 'ignore', cwd: '/', ...user });
  const exited = once(server, 'exit');
  const answers = () => spawnSync(`${BIN}/pg_isready`, ['-h', '127.0.0.1', '-p', port]).status === 0;
  await eventually('PostgreSQL 15 is ready', answers, 30_000);
  return {
    port,
    url: (name: string) => `postgresql://postgres@127.0.0.1:${port}/${name}`,
    stop: async () => {
      server.kill('SIGINT');
      await exited;
    },
  };
}
