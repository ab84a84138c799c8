import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { commandOf, isRunning } from './process-table.ts';
import { postgresEnvironment, type Binaries, type Runner } from './postgres-files.ts';
import { freePort } from '../process/free-port.ts';

/** A running PostgreSQL server. `socketFolder` is where its Unix socket is, if it has one. */
export type Postmaster = { pid: number; port: number; socketFolder: string | undefined };

const pollMs = 5;
const patienceMs = 60_000;
const logLimitBytes = 10_000_000;

/**
 * The server that already runs on `folder` because its SkyFox was killed. Resolves when it accepts
 * connections.
 */
export async function findPostmaster(folder: string): Promise<Postmaster | undefined> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await setTimeout(pollMs)) {
    const found = await readPostmaster(folder);
    if (found === undefined) return undefined;
    const command = await commandOf(found.pid);
    if (!(await isRunning(found.pid)) || (command !== '' && !command.includes('postgres'))) {
      // A crash left the file, and its process number may belong to another program now.
      await rm(join(folder, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (found.ready) return found;
  }
  throw new Error('the server that runs there neither takes connections nor ends');
}

export type PostmasterOptions = {
  binaries: Binaries;
  runner: Runner;
  folder: string;
  logFile: string;
  settings: Readonly<Record<string, string>>;
};

/**
 * Starts a server on a free port of 127.0.0.1, without a socket if its folder can hold none (FUSE, SMB, the shared folders of
 * virtual machines). Throws an error with the server's own last words.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  try {
    return await tryPorts(options);
  } catch (error) {
    if (!/Unix-domain socket/.test(String(error))) throw error;
    return tryPorts({ ...options, settings: { ...options.settings, unix_socket_directories: '' } });
  }
}

async function tryPorts(options: PostmasterOptions): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryPort(await freePort(), options);
    } catch (error) {
      // Another program may have taken the port, or the last children of a killed server may still hold its
      // memory.
      if (attempt === 5 || !/in use/.test(String(error))) throw error;
      await setTimeout(200 * attempt);
    }
  }
}

async function tryPort(port: number, options: PostmasterOptions): Promise<Postmaster> {
  const { binaries, runner, folder, logFile, settings } = options;
  const log = await openLog(logFile);
  try {
    const { size } = await log.stat();
    const flags = Object.entries({ ...settings, port: String(port) }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const server = spawn(binaries.postgres, ['-D', folder, ...flags.flatMap((flag) => ['-c', flag])], {
      ...runner,
      cwd: folder,
      env: postgresEnvironment,
      stdio: ['ignore', log.fd, log.fd],
      // The server gets a session of its own. Ctrl-C then reaches only this process, and the database ends
      // after the work under way.
      detached: true,
    });
    await once(server, 'spawn');
    server.unref();
    return await untilReady(server, folder, async () => (await readFile(logFile)).subarray(size).toString());
  } finally {
    await log.close();
  }
}

async function untilReady(
  server: ChildProcess,
  folder: string,
  lastWords: () => Promise<string>,
): Promise<Postmaster> {
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) {
      const words = await lastWords();
      const fatal = words.match(/(?:FATAL|PANIC|error while loading).*/g)?.join('; ');
      throw new Error(fatal ?? (words.trim() || `it ended with ${server.exitCode ?? server.signalCode}`));
    }
    const found = await readPostmaster(folder);
    if (found?.pid === server.pid && found?.ready) return found;
    await setTimeout(pollMs);
  }
}

/** Ends the server. Running statements are cut off, and everything is written to disk. */
export async function stopPostmaster(folder: string, { pid }: Postmaster): Promise<void> {
  if (!signal(pid, 'SIGINT')) return;
  for (const deadline = Date.now() + patienceMs; await isRunning(pid); await setTimeout(pollMs)) {
    if ((await readPostmaster(folder))?.pid !== pid) return;
    if (Date.now() > deadline) {
      // The next start completes this by recovery.
      signal(pid, 'SIGQUIT');
      return;
    }
  }
}

/** Whether there was such a process to signal. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function readPostmaster(folder: string): Promise<(Postmaster & { ready: boolean }) | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  const lines = text?.split('\n').map((line) => line.trim());
  return (
    lines && {
      pid: Number(lines[0]),
      port: Number(lines[3]),
      socketFolder: lines[4] || undefined,
      ready: lines[7] === 'ready',
    }
  );
}

async function openLog(path: string) {
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  if (size > logLimitBytes) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}
