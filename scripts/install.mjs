// Runs under the reader's own Node (20 and later), before anything else of the project. It installs the
// pinned packages, the pinned Node among them, if they are missing or differ from the lockfile.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SILENT_MS = 4_000;
const PROBE_MS = 3_000;
const ENDS_WITHIN_MS = 3_000;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** npm's error, and what the reader can do about it. */
const CAUSES = [
  [/\b(EACCES|EPERM|EROFS)\b/, 'this user may not write here: give it the folder, or clone it anew'],
  [/\bENOSPC\b/, 'the disk is full: make room'],
  [/\bE40[13]\b/, 'the npm registry refuses this user: see the registry and its token in .npmrc'],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b/,
    'the npm registry was not reached: look at the network, or name a mirror in .npmrc',
  ],
  [/\bEINTEGRITY\b/, 'the registry or a proxy sent other bytes than the lockfile asks for'],
];

const root = new URL('../', import.meta.url);
const stamp = new URL('node_modules/.installed', root);
const lockfile = digestOfLockfile();

if (process.argv.includes('--help')) {
  console.log(
    'node scripts/install.mjs\n\nInstalls the packages of package-lock.json where they are missing or others.',
  );
} else if (!isInstalled()) {
  process.exitCode = await install();
}

/** Absent in the container's image, which has its packages and never installs any. */
function digestOfLockfile() {
  const file = new URL('package-lock.json', root);
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}

function isInstalled() {
  if (lockfile === undefined) return true;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return true;
  if (!hasAllPackages()) return false;
  if (isWritable(fileURLToPath(new URL('node_modules', root)))) writeFileSync(stamp, lockfile);
  return true;
}

/** Whether npm has installed what the lockfile asks for on this machine, as it notes in a lockfile of its own. */
function hasAllPackages() {
  const installed = readPackages('node_modules/.package-lock.json');
  return Object.entries(readPackages('package-lock.json') ?? {}).every(([path, wanted]) => {
    if (path === '' || (wanted.optional && !isForThisMachine(wanted))) return true;
    const found = installed?.[path];
    return found?.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(new URL(path, root), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Optional packages are for one system and processor; npm leaves out those of others, and of another C library. */
function isForThisMachine({ os = [], cpu = [], libc }) {
  return libc === undefined && os.includes(process.platform) && cpu.includes(process.arch);
}

async function install() {
  const folder = fileURLToPath(root);
  if (!isWritable(folder)) {
    console.error(`The packages cannot be installed: ${folder} is not writable for this user.`);
    return 1;
  }
  console.log('Installing packages (once; under a minute on a usual line)...');
  const { status, words } = await runNpm(installArguments());
  if (status === 0) {
    writeFileSync(stamp, lockfile);
    return 0;
  }
  if (status < 128) console.error(`\nnpm ci failed: ${causeOf(words)}.`);
  return status;
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function installArguments() {
  // Without a network npm would print nothing for five minutes.
  const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=10000'];
  const flags = ['ci', '--loglevel=error', '--no-audit', '--no-fund', ...patience];
  if (process.env.NODE_ENV === 'production') flags.push('--include=optional', '--include=dev');
  return flags;
}

function causeOf(words) {
  const [, cause] = CAUSES.find(([sign]) => sign.test(words)) ?? [];
  return cause ?? 'see above';
}

/** Runs npm in its own process group, so a signal that ends this process also ends npm and its children. */
async function runNpm(args) {
  const npm = npmCommand();
  const child = spawn(npm[0], [...npm.slice(1), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let words = '';
  child.stderr.on('data', (chunk) => {
    words += chunk;
    process.stderr.write(chunk);
  });
  const waiting = setTimeout(() => void tellWhatIsAwaited(), SILENT_MS);
  let signal;
  for (const name of Object.keys(SIGNAL_NUMBERS)) {
    process.on(name, () => {
      signal ??= name;
      endGroup(child, 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), ENDS_WITHIN_MS).unref();
    });
  }
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      words += error.message;
      console.error(`npm could not be run: ${error.message}`);
      resolve(1);
    });
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
  clearTimeout(waiting);
  if (signal) endGroup(child, 'SIGKILL');
  return { status: signal ? 128 + SIGNAL_NUMBERS[signal] : code, words };
}

function npmCommand() {
  return process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
}

function endGroup(child, signal) {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // It has ended.
  }
}

async function tellWhatIsAwaited() {
  const registry = await registryOrigin();
  if (registry === undefined) return console.log('Still waiting for the npm registry...');
  const asked = await fetch(registry, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) }).catch(
    (error) => error,
  );
  if (asked instanceof Error) {
    const why = asked.cause?.code ?? asked.name;
    console.log(`Still waiting: the npm registry ${registry} does not answer (${why}). Ctrl-C ends it.`);
  } else {
    console.log(`Still installing from ${registry}...`);
  }
}

/** The registry of npm, without a path or credentials that might be secret; undefined if npm does not say. */
async function registryOrigin() {
  const npm = npmCommand();
  const asked = spawn(npm[0], [...npm.slice(1), 'config', 'get', 'registry'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  asked.on('error', () => undefined);
  let text = '';
  for await (const chunk of asked.stdout) text += chunk;
  return URL.canParse(text.trim()) ? new URL(text.trim()).origin : undefined;
}
