import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Owner } from './database.ts';

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** buildah and podman of Debian, as root, on a machine without systemd; what they build is kept in `IMAGES`. */
export type Engine = {
  folder: string;
  /** Builds into the store that is kept. Throws with what the tool said. */
  buildah(...args: readonly string[]): Promise<string>;
  /** Runs containers in a store of their own, which is gone afterwards; sees the images of the other. */
  podman(...args: readonly string[]): Promise<Said>;
};
export type Said = { status: number; stdout: string; stderr: string };

/** Kept from one run to the next, because a base from nothing takes a minute. */
const IMAGES = join(tmpdir(), 'skyfox-images');

/**
 * A mount namespace of its own for all that follows: cgroups as podman wants them (machines with the old ones have none
 * at that place), and mounts that are gone with it whatever happens.
 */
const NAMESPACE = `
  set -e
  if [ "$(stat -fc %T /sys/fs/cgroup)" != cgroup2fs ]; then
    umount -R /sys/fs/cgroup
    mount -t cgroup2 none /sys/fs/cgroup
  fi
  mkdir -p "$1/lower" "$1/upper" "$1/work" "$1/merged"
  driver=vfs
  if mount -t overlay overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/merged"; then
    umount "$1/merged"
    driver=overlay
  fi
  echo "$driver"
  exec cat`;

export async function openEngine(t: Owner): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-engine-'));
  await mkdir(IMAGES, { recursive: true });
  // It ends with its standard input, also where this process is killed.
  const holder = spawn('unshare', ['--mount', 'sh', '-c', NAMESPACE, 'sh', join(folder, 'probe')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const isOver = once(holder, 'exit').then(() => {
    throw new Error('no mount namespace could be made: see above');
  });
  const [driver] = (await Promise.race([once(holder.stdout.setEncoding('utf8'), 'data'), isOver])) as [
    string,
  ];
  isOver.catch(() => undefined);
  t.after(async () => {
    holder.stdin.end();
    await once(holder, 'exit');
    await rm(folder, { recursive: true, force: true });
  });
  const inside = ['--mount', '--target', String(holder.pid)];
  const storeAt = (root: string, run: string) => [
    '--root',
    root,
    '--runroot',
    join(folder, run),
    '--storage-driver',
    driver.trim(),
  ];
  const kept = storeAt(IMAGES, 'run-images');
  const own = [
    ...storeAt(join(folder, 'store'), 'run'),
    '--storage-opt',
    `${driver.trim()}.imagestore=${IMAGES}`,
    '--tmpdir',
    join(folder, 'tmp'),
    '--cgroup-manager',
    'cgroupfs',
    '--events-backend',
    'none',
  ];
  const told = { maxBuffer: MOST_OUTPUT_BYTES, env: { PATH: process.env['PATH'], TMPDIR: folder } };
  return {
    folder,
    buildah: async (...args) => (await run('nsenter', [...inside, 'buildah', ...kept, ...args], told)).stdout,
    podman: (...args) =>
      run('nsenter', [...inside, 'podman', ...own, ...args], told).then(
        (output) => ({ status: 0, ...output }),
        ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
          status: code,
          stdout,
          stderr,
        }),
      ),
  };
}
