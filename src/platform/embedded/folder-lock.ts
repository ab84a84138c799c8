import { access, constants, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartFault } from '../errors.ts';

export type FolderLock = { release(): Promise<void> };

// SQLite holds a lock of the operating system, which ends with the process however it dies. The file stays: a
// lock on a deleted file would exclude nobody.
const LOCK_FILE = 'skyfox.lock';
const PID_FILE = 'skyfox.pid';
// `isLocked` in another process holds the lock for less than a millisecond.
const TRIES = 5;
const PAUSE_MS = 20;
const BUSY = 5;
// A connection that is garbage collected would release its lock.
const held = new Set<DatabaseSync>();

/**
 * Makes this process the only SkyFox on a folder, until it releases the lock or dies.
 * Throws a StartFault that names the process that has the folder.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await access(folder, constants.W_OK | constants.X_OK);
  const lock = await openLocked(join(folder, LOCK_FILE));
  if (lock === undefined) {
    const pid = await readFile(join(folder, PID_FILE), 'utf8').catch(() => 'unknown');
    throw new StartFault(
      `another SkyFox (pid ${pid.trim()}) already runs on ${folder}; stop it or set DATA_DIR`,
    );
  }
  held.add(lock);
  const release = async () => {
    await rm(join(folder, PID_FILE), { force: true });
    if (held.delete(lock)) lock.close();
  };
  try {
    await writeFile(join(folder, PID_FILE), `${process.pid}\n`);
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

async function openLocked(path: string): Promise<DatabaseSync | undefined> {
  const lock = new DatabaseSync(path);
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (tryExclusive(lock)) return lock;
    await sleep(PAUSE_MS);
  }
  lock.close();
  return undefined;
}

/** Whether a running SkyFox has the folder. */
export async function isLocked(folder: string): Promise<boolean> {
  const path = join(folder, LOCK_FILE);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return false;
  const lock = new DatabaseSync(path);
  try {
    return !tryExclusive(lock);
  } finally {
    lock.close();
  }
}

function tryExclusive(lock: DatabaseSync): boolean {
  try {
    lock.exec('begin exclusive');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY) return false;
    throw error;
  }
}
