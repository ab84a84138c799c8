import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { after } from 'node:test';
import { join } from 'node:path';
import { freePort } from '../../src/platform/process/free-port.ts';

const BIN = '/usr/lib/postgresql/15/bin';
const isRoot = process.getuid?.() === 0;

/** Runs one of PostgreSQL's programs, as its own user where the tests run as root. */
function run(program: string, args: readonly string[]): void {
  const file = join(BIN, program);
  const command: [string, string[]] = isRoot
    ? ['runuser', ['-u', 'postgres', '--', file, ...args]]
    : [file, [...args]];
  execFileSync(...command, { stdio: 'pipe' });
}

// A test's own hooks run in the order they were added, so that its app would lose the server before it has closed.
const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends) await end();
});

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'skyfox-pg15-'));
  await chmod(dir, 0o777);
  return dir;
}

export type Server = { url: string; port: number; dir: string; kill(): void; promote(): void };

function server(dir: string, port: number): Server {
  const data = join(dir, 'data');
  const ctl = (...args: string[]) => run('pg_ctl', ['-D', data, ...args]);
  ctl('-l', join(dir, 'log'), '-w', 'start');
  let isUp = true;
  const kill = () => {
    if (isUp) ctl('-m', 'immediate', 'stop');
    isUp = false;
  };
  ends.push(async () => {
    kill();
    await rm(dir, { recursive: true, force: true });
  });
  return {
    url: `postgresql://skyfox@127.0.0.1:${port}/postgres`,
    port,
    dir,
    /** At once, as a machine that loses its power. */
    kill,
    promote: () => ctl('-w', 'promote'),
  };
}

/** Debian's PostgreSQL 15, ready for replicas. */
export async function startPrimary(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const dir = await folder();
  const port = await freePort();
  run('initdb', ['-D', join(dir, 'data'), '-U', 'skyfox', '--auth=trust', '--no-sync']);
  const lines = {
    port: String(port),
    unix_socket_directories: "''",
    wal_level: 'replica',
    max_connections: '200',
    ...settings,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(join(dir, 'more.conf'), text.join(''), { mode: 0o644 });
  execFileSync('sh', [
    '-c',
    `echo "include '${join(dir, 'more.conf')}'" >> '${join(dir, 'data', 'postgresql.conf')}'`,
  ]);
  return server(dir, port);
}

/** A replica that follows `primary` by streaming, under the name `replica`. */
export async function startReplica(primary: Server): Promise<Server> {
  const dir = await folder();
  const port = await freePort();
  const source = `host=127.0.0.1 port=${primary.port} user=skyfox application_name=replica`;
  run('pg_basebackup', [
    '-D',
    join(dir, 'data'),
    '-d',
    source,
    '-R',
    '-X',
    'stream',
    '--no-sync',
    '-c',
    'fast',
  ]);
  await writeFile(join(dir, 'more.conf'), `port = ${port}\n`, { mode: 0o644 });
  execFileSync('sh', [
    '-c',
    `echo "include '${join(dir, 'more.conf')}'" >> '${join(dir, 'data', 'postgresql.conf')}'`,
  ]);
  return server(dir, port);
}
