import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { StartFault } from '../errors.ts';
import { birthOf, isRunning } from './process-table.ts';

export type FolderLock = { release(): Promise<void> };
type Holder = { pid: number; birth: string; token: string };

/**
 * Makes this process the only SkyFox on `folder` until it releases the lock or dies.
 * Throws a StartFault that names the process that is there already.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock');
  const token = randomUUID();
  const draft = `${path}.${token}`;
  await writeFile(draft, [process.pid, await birthOf(process.pid), token, ''].join('\n'), { mode: 0o600 });
  try {
    const holder = await take(path, draft);
    if (holder) {
      throw new StartFault(
        `another SkyFox (pid ${holder.pid}) already runs on ${folder}; stop it or set DATA_DIR`,
      );
    }
  } finally {
    await rm(draft, { force: true });
  }
  return {
    release: async () => {
      if ((await read(path))?.token === token) await rm(path, { force: true });
    },
  };
}

/** Whether a SkyFox that is alive has the folder. */
export async function isLocked(folder: string): Promise<boolean> {
  const holder = await read(join(folder, 'lock'));
  return holder !== undefined && (await isRunning(holder.pid, holder.birth));
}

/**
 * Puts `draft` in the place of `path` where that is free or its holder dead; otherwise says who holds it.
 * A dead one's lock is itself taken under a lock named after it, and looked at again inside: of many who
 * found it dead only one replaces it, and nobody replaces what has come after it.
 */
async function take(path: string, draft: string): Promise<Holder | undefined> {
  for (;;) {
    if (await linked(draft, path)) return undefined;
    const holder = await read(path);
    if (holder === undefined) continue;
    if (await isRunning(holder.pid, holder.birth)) return holder;

    const succession = `${path}.${holder.token}.next`;
    if (await take(succession, draft)) await setTimeout(5);
    else if ((await read(path))?.token === holder.token)
      return rename(succession, path).then(() => undefined);
    else await rm(succession, { force: true });
  }
}

// A link, unlike an open with O_EXCL, shows the file with its content from the first moment.
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<Holder | undefined> {
  try {
    const [pid = '', birth = '', token = ''] = (await readFile(path, 'utf8')).split('\n');
    return { pid: Number(pid), birth, token: /^[\w-]+$/.test(token) ? token : 'unknown' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
