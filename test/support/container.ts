import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Owner } from './database.ts';
import { execForm, pairs, readStages, type Step } from './dockerfile.ts';
import { freePort } from '../../src/platform/free-port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NODE_FOLDER = dirname(process.execPath);
const DEBIAN =
  /^apt-get update && apt-get install -y --no-install-recommends (.+) && rm -rf \/var\/lib\/apt\/lists\/\*$/;
const USER = 'nobody';
const USER_ID = 65_534;

export type Image = {
  folder: string;
  env: Record<string, string>;
  user: string;
  health: string[];
  command: string[];
};

/**
 * Does the steps of the Dockerfile in a folder of its own, as the image would have them: /app, /data and /run/skyfox are
 * below it, the user is `nobody`, and Debian's packages are those of this machine, if they are there.
 */
export async function buildImage(t: Owner): Promise<Image> {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-image-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  const [packages = [], final = []] = readStages(await readFile(join(ROOT, 'Dockerfile'), 'utf8'));
  const image: Image = { folder, env: {}, user: 'root', health: [], command: [] };
  for (const step of packages) await perform(step, join(folder, 'packages'), image);
  for (const step of final) await perform(step, folder, image);
  await adaptFiles(join(folder, 'app/deploy'), folder);
  return image;
}

async function perform({ verb, rest }: Step, root: string, image: Image): Promise<void> {
  const app = join(root, 'app');
  switch (verb) {
    case 'FROM':
    case 'EXPOSE':
    case 'STOPSIGNAL':
      return;
    case 'WORKDIR':
      return void (await mkdir(join(root, rest), { recursive: true }));
    case 'COPY':
      return copy(rest.split(/\s+/), app, image.folder);
    case 'ENV':
      return void Object.assign(image.env, pairs(rest.replaceAll('=/', `=${image.folder}/`)));
    case 'USER':
      image.user = rest;
      return;
    case 'HEALTHCHECK':
      image.health = execForm(rest);
      return;
    case 'CMD':
      image.command = execForm(rest);
      return;
    case 'RUN':
      return run(rest, root, image);
    default:
      throw new Error(`the Dockerfile has a step that this test does not know: ${verb}`);
  }
}

async function copy(words: string[], app: string, folder: string): Promise<void> {
  const isFromPackages = words[0] === '--from=packages';
  const sources = isFromPackages ? words.slice(1, -1) : words.slice(0, -1);
  const target = resolve(app, words.at(-1) ?? '');
  for (const source of sources) {
    const path = isFromPackages ? join(folder, 'packages', source) : join(ROOT, source);
    const isFolder = (await stat(path)).isDirectory();
    await cp(path, isFolder ? target : join(target, source), { recursive: true });
  }
}

async function run(command: string, root: string, { env, user }: Image): Promise<void> {
  const packages = DEBIAN.exec(command)?.[1]?.split(' ');
  if (packages) return haveInstalled(packages);
  // Of the base image, and of its users.
  if (command.startsWith('rm -rf /usr/local/') || command.startsWith('useradd ')) return;
  const [, mode, folder] = /^install -d -o skyfox -m (\d+) (\S+)$/.exec(command) ?? [];
  if (mode !== undefined && folder !== undefined) {
    await mkdir(join(root, folder), { mode: Number.parseInt(mode, 8) });
    return chown(join(root, folder), USER_ID, USER_ID);
  }
  const ours = command.replaceAll(' /app/', ` ${join(root, 'app')}/`);
  if (!/^(npm ci|rm -rf node_modules|node deploy|chown -R root:root)\b/.test(ours)) {
    throw new Error(`the Dockerfile has a step that this test does not know: RUN ${command}`);
  }
  const { status, stderr } = spawnSync('sh', ['-c', ours], {
    cwd: join(root, 'app'),
    encoding: 'utf8',
    env: { ...process.env, ...env, PATH: `${NODE_FOLDER}:${process.env['PATH']}` },
    ...(user !== 'root' && { uid: USER_ID, gid: USER_ID }),
  });
  if (status !== 0) throw new Error(`${command}\n${stderr}`);
}

function haveInstalled(packages: readonly string[]): void {
  const { status, stderr } = spawnSync('dpkg-query', ['--show', ...packages], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** The image's own paths and user, in what supervisor and the shell read. */
async function adaptFiles(deploy: string, folder: string): Promise<void> {
  for (const name of await readdir(deploy, { recursive: true })) {
    if (!/\.(sh|conf)$|configure\.ts$/.test(name)) continue;
    const file = join(deploy, name);
    const text = await readFile(file, 'utf8');
    const adapted = text
      .replaceAll('/run/skyfox', join(folder, 'run'))
      .replaceAll('=/app', `=${join(folder, 'app')}`)
      .replaceAll('user=skyfox', `user=${USER}`);
    await writeFile(file, adapted);
  }
}

/** `docker run` of it. What it writes is kept in a file, because supervisor opens its standard output by name. */
export async function runImage(t: Owner, { folder, env, command }: Image, settings: Record<string, string>) {
  const port = await freePort();
  const log = join(folder, `log-${port}`);
  const out = openSync(log, 'a');
  const [program = '', ...args] = command;
  const all = {
    PATH: `${NODE_FOLDER}:/usr/sbin:/usr/bin:/sbin:/bin`,
    ...env,
    NGINX_PORT: String(port),
    PORT: String(await freePort()),
    ...settings,
  };
  const child = spawn(program, args, { cwd: join(folder, 'app'), env: all, stdio: ['ignore', out, out] });
  closeSync(out);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  t.after(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return {
    base: `http://127.0.0.1:${port}`,
    env: all,
    output: () => readFileSync(log, 'utf8'),
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    /** docker stop */
    stop: () => child.kill('SIGTERM'),
    /** The processes that supervisor keeps, by a part of their command line. */
    pidOf: (part: string) => childrenOf(child.pid ?? 0).find((pid) => commandLine(pid).includes(part)),
    pids: () => descendants(child.pid ?? 0),
  };
}

export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
const descendants = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(descendants)];
export const commandLine = (pid: number) =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');

/** Ended; whether whoever has taken it over has noticed is another matter. */
export const isGone = (pid: number) =>
  !existsSync(`/proc/${pid}`) || /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** How long a process has waited for a processor that others used. */
export const waitedMs = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
