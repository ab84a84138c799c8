import { spawnSync } from 'node:child_process';

// Import this file first: it runs the test file again, as the first process of Linux namespaces of its own, and then ends.
// There the file may make machines, addresses and mounts as it likes. They collide with nothing outside, and when the file
// ends, however that happens, the kernel ends all that is left in there.

const INSIDE = 'SKYFOX_TEST_OWN_NETWORK';
const NAMESPACES = ['--net', '--mount', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc'];
// What servers leave behind in these folders goes with the namespaces too.
const PREPARE =
  'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /dev/shm && ip link set lo up && exec "$@"';

/** Why the file has no network of its own, if it has none. */
export const lacksOwnNetwork: string | false =
  process.env[INSIDE] !== undefined ? false : (lackOf(['true']) ?? rerun());

function rerun(): never {
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  // The runner reads what the tests report on the standard output, which the second process has from the first.
  const { status } = inNamespaces(again, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });
  process.exit(status ?? 1);
}

function lackOf(command: readonly string[]): string | undefined {
  const { status, error, stderr } = inNamespaces(command, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return `needs namespaces of its own, as root has them: ${(error?.message ?? String(stderr)).trim()}`;
}

function inNamespaces(command: readonly string[], options: object) {
  // Ends with this process, also where the runner kills it.
  const args = ['--pdeathsig', 'KILL', 'unshare', ...NAMESPACES, 'sh', '-c', PREPARE, 'sh', ...command];
  return spawnSync('setpriv', args, options);
}
