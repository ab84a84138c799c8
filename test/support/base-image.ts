import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Engine } from './engine.ts';

const run = promisify(execFile);
// The version that comes with that Node.
const NPM = '11.21.2';
// As Debian's own slim images do without them.
const UNREAD = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
  'var/lib/apt/lists',
  'var/cache/apt',
];

// As in Docker's images of Debian, so that layers hold no packages beside what they install.
const KEEPS_NOTHING = `
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Keep-Downloaded-Packages "false";
`;

/**
 * What the Dockerfile's FROM names, made of what this machine can reach: Debian by debootstrap from the mirror that apt
 * uses here, the Node that runs this, npm. Kept under the name that FROM wants.
 */
export async function haveBase(engine: Engine, from: string): Promise<void> {
  const [, version, release] = /^node:([\d.]+)-(\w+)-slim$/.exec(from) ?? [];
  if (version === undefined || release === undefined)
    throw new Error(`not a base that this can make: ${from}`);
  if (process.version !== `v${version}`)
    throw new Error(`the image has Node ${version}, this is ${process.version}`);
  const name = `docker.io/library/${from}`;
  if ((await engine.buildah('images', '--quiet', '--filter', `reference=${name}`)) !== '') return;

  const context = join(engine.folder, 'base');
  const root = join(context, 'root');
  await mkdir(context);
  const sources = await debianSources();
  const mirror = sources.find(({ suite }) => suite === release)?.uri;
  if (mirror === undefined) throw new Error(`apt of this machine has no Debian ${release}`);
  await run('debootstrap', ['--variant=minbase', release, root, mirror]);
  await writeFile(
    join(root, 'etc/apt/sources.list'),
    sources.map(({ uri, suite }) => `deb ${uri} ${suite} main\n`).join(''),
  );
  const { stdout: acquire } = await run('apt-config', ['dump', 'Acquire']);
  await writeFile(join(root, 'etc/apt/apt.conf.d/99machine'), acquire + KEEPS_NOTHING);
  await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
  await run('npm', [
    'install',
    '--global',
    '--prefix',
    join(root, 'usr/local'),
    '--no-audit',
    '--no-fund',
    `npm@${NPM}`,
  ]);
  await copyCertificates(root);
  for (const path of UNREAD) await rm(join(root, path), { recursive: true, force: true });
  await mkdir(join(root, 'var/cache/apt/archives/partial'), { recursive: true });

  await run('tar', ['--create', '--file', join(context, 'root.tar'), '--directory', root, '.']);
  await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nADD root.tar /\n');
  await engine.buildah(
    'bud',
    '--isolation',
    'chroot',
    '--format',
    'docker',
    '--tag',
    name,
    '--ignorefile',
    '/dev/null',
    context,
  );
  await rm(context, { recursive: true });
}

/** The main parts of Debian that apt knows here, by the addresses that it has for them. */
async function debianSources(): Promise<{ uri: string; suite: string }[]> {
  const format = '$(ORIGIN) $(COMPONENT) $(REPO_URI) $(RELEASE)';
  const { stdout } = await run('apt-get', ['indextargets', '--format', format, 'Identifier: Packages']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([origin, component]) => origin === 'Debian' && component === 'main')
    .map(([, , uri = '', suite = '']) => ({ uri, suite }));
}

/** Where npm trusts a file of certificates of this machine, the same file. */
async function copyCertificates(root: string): Promise<void> {
  const { stdout } = await run('npm', ['config', 'get', 'cafile']);
  const file = stdout.trim();
  if (file === '' || file === 'null') return;
  await mkdir(join(root, dirname(file)), { recursive: true });
  await cp(file, join(root, file), { dereference: true });
}

/** What npm is told on this machine, for a build to be given as a secret. */
export async function npmSettings(): Promise<string> {
  const places = await Promise.all(
    ['globalconfig', 'userconfig'].map(async (name) =>
      (await run('npm', ['config', 'get', name])).stdout.trim(),
    ),
  );
  const texts = await Promise.all(places.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.join('\n');
}
