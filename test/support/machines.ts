import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childrenOf } from './container.ts';
import { eventually } from './eventually.ts';

/** Where the test is, on the other end of each machine's cable. */
export const HERE = '198.51.100.1';

export type Machine = {
  name: string;
  address: string;
  /** Its disk, which outlives it. */
  disk: string;
  /** Does nothing where it runs. */
  boot(): Promise<void>;
  /** Its power goes: nobody is told, nothing is closed. */
  powerOff(): Promise<void>;
  /** Neither it nor the other machines hear of each other any more; the test and it still do. */
  cutOff(): void;
  reconnect(): void;
  /** Runs a command on it; throws with what it said where it fails. */
  run(user: string, command: readonly string[]): Promise<string>;
};

// The processes of a machine end with their first one.
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

const execute = promisify(execFile);
const ip = (...args: readonly string[]) => execFileSync('ip', args, { encoding: 'utf8' });

/**
 * Machines of a network of their own, for a file that imports `own-network.ts`: each a namespace with a cable to the test,
 * which passes on what they say to each other, a disk, and processes that start with `startup`, a shell script.
 */
export function makeMachines(addresses: Readonly<Record<string, string>>, startup: string): Machine[] {
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  return Object.entries(addresses).map(([name, address]) => makeMachine(name, address, addresses, startup));
}

function makeMachine(
  name: string,
  address: string,
  all: Readonly<Record<string, string>>,
  startup: string,
): Machine {
  const disk = `/run/machines/${name}`;
  mkdirSync(disk, { recursive: true });
  ip('netns', 'add', name);
  ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('addr', 'add', HERE, 'peer', address, 'dev', name);
  ip('link', 'set', name, 'up');
  ip('-n', name, 'addr', 'add', address, 'peer', HERE, 'dev', 'eth0');
  ip('-n', name, 'link', 'set', 'lo', 'up');

  let isCut = false;
  const others = Object.values(all).filter((other) => other !== address);
  const separate = (verb: 'add' | 'del') => {
    for (const other of others) {
      ip('rule', verb, 'from', address, 'to', other, 'blackhole');
      ip('rule', verb, 'from', other, 'to', address, 'blackhole');
    }
  };
  let running: { computer: ChildProcess; init: number } | undefined;
  const within = (init: number) => ['nsenter', '--target', String(init), '--net', '--mount', '--pid', '--'];

  return {
    name,
    address,
    disk,
    async boot() {
      if (running) return;
      ip('-n', name, 'link', 'set', 'eth0', 'up');
      ip('-n', name, 'route', 'add', 'default', 'via', HERE);
      const log = openSync(join(disk, 'log'), 'a');
      const computer = spawn('ip', ['netns', 'exec', name, 'unshare', ...NAMESPACES, 'sh', '-c', startup], {
        stdio: ['ignore', log, log],
        env: { PATH: process.env['PATH'], DISK: disk },
      });
      const pid = computer.pid ?? 0;
      await eventually(`${name} boots`, () => childrenOf(pid).length > 0);
      running = { computer, init: childrenOf(pid)[0] ?? 0 };
      computer.unref();
    },
    async powerOff() {
      if (!running) return;
      const { computer, init } = running;
      running = undefined;
      ip('-n', name, 'link', 'set', 'eth0', 'down');
      const exited = once(computer, 'exit');
      process.kill(init, 'SIGKILL');
      await exited;
    },
    cutOff() {
      if (!isCut) separate('add');
      isCut = true;
    },
    reconnect() {
      if (isCut) separate('del');
      isCut = false;
    },
    async run(user, command) {
      const as = ['setpriv', '--reuid', user, '--regid', user, '--init-groups'];
      const [program = '', ...args] = [...within(running?.init ?? 0), ...as, ...command];
      return (await execute(program, args, { cwd: '/', timeout: 20_000 })).stdout;
    },
  };
}

/** Has a name lead to a machine, as a provider's DNS does; looked up anew by each connection. */
export function moveName(name: string, { address }: Machine): void {
  const isNew = !existsSync(HOSTS);
  writeFileSync(HOSTS, `127.0.0.1 localhost\n${address} ${name}\n`);
  if (isNew) execFileSync('mount', ['--bind', HOSTS, '/etc/hosts']);
}

const HOSTS = '/run/hosts';
