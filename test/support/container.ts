import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Owner } from './database.ts';
import { openEngine, type Engine } from './engine.ts';
import { haveImage, type Image } from './image.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

export type Built = { engine: Engine; image: Image };

export async function buildImage(t: Owner): Promise<Built> {
  const engine = await openEngine(t);
  return { engine, image: await haveImage(engine) };
}

type How = { flags?: readonly string[]; command?: readonly string[] };
// As this machine may give them; podman would ask for more.
const LIMITS = ['--ulimit', 'nofile=16384:16384', '--ulimit', 'nproc=16384:16384'];
let count = 0;

/** `docker run` of the image, on the network of this machine and so on ports of its own. */
export async function runImage(
  t: Owner,
  { engine, image }: Built,
  settings: Readonly<Record<string, string>>,
  { flags = [], command = [] }: How = {},
) {
  const name = `skyfox-${process.pid}-${++count}`;
  const port = await freePort();
  const log = join(engine.folder, `${name}.log`);
  const env = { NGINX_PORT: String(port), PORT: String(await freePort()), ...settings };
  // Without systemd nobody would run the health check; `isHealthy` does.
  const here = ['--cgroups', 'disabled', '--network', 'host', '--health-interval', 'disable', ...LIMITS];
  const logged = ['--log-driver', 'k8s-file', '--log-opt', `path=${log}`];
  const told = Object.entries(env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]);
  const what = [...flags, image.name, ...command];
  const started = await engine.podman(
    'run',
    '--detach',
    '--name',
    name,
    ...here,
    ...logged,
    ...told,
    ...what,
  );
  if (started.status !== 0) throw new Error(`the container did not start: ${started.stderr}`);
  let hasExited = false;
  const exited = engine.podman('wait', name).then(({ stdout }) => {
    hasExited = true;
    return Number(stdout);
  });
  t.after(async () => {
    await engine.podman('rm', '--force', '--time', '10', name);
    await exited;
  });
  const { stdout: init } = await engine.podman('inspect', '--format', '{{.State.Pid}}', name);
  const first = Number(init);
  return {
    base: `http://127.0.0.1:${port}`,
    env,
    /** What its processes have written, without what podman puts before each line. */
    output: () => readFileSync(log, 'utf8').replaceAll(/^\S+ std(?:out|err) [FP] /gm, ''),
    exited,
    hasExited: () => hasExited,
    /** `docker stop` */
    stop: () => engine.podman('stop', '--time', '60', name),
    /** `docker exec` */
    exec: (...words: readonly string[]) => engine.podman('exec', name, ...words),
    execWith: (options: readonly string[], ...words: readonly string[]) =>
      engine.podman('exec', ...options, name, ...words),
    isHealthy: async () => (await engine.podman('healthcheck', 'run', name)).status === 0,
    /** The first process, and those that supervisor keeps, by a part of their command line; as this machine counts. */
    first,
    pidOf: (part: string) => childrenOf(first).find((pid) => commandLine(pid).includes(part)),
    pids: () => descendants(first),
  };
}

export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
const descendants = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(descendants)];
export const commandLine = (pid: number) =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');

/** Ended; its new parent process may not have noticed yet. */
export const isGone = (pid: number) =>
  !existsSync(`/proc/${pid}`) || /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** How long a process has waited for a processor that others used. */
export const waitedMs = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
