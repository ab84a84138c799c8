import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { JWT_SECRET, startApp, type TestApp } from '../support/app.ts';
import { call } from '../support/call.ts';
import { buildImage, runImage, type Built } from '../support/container.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { KEY, lacks } from '../support/nginx.ts';
import { READY_WITHIN_MS, settingsOn } from '../support/running-image.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

const isRoot = process.getuid?.() === 0;
const skip =
  lacks('buildah', 'podman', 'debootstrap', 'npm') || (!isRoot && 'needs root, as a container has it');
let built: Built;
before(async () => {
  if (!skip) built = await buildImage(wholeFile);
});

const SEED_PASSWORD = 'Chosen-1';
type Running = Awaited<ReturnType<typeof runImage>>;

/** The reader's own values where a page has dots; what cannot be reached here is left to the program's own. */
const ownValues = ({ databaseUrl, bank }: TestApp): Record<string, string> => ({
  API_GATEWAY_KEY: KEY,
  DATABASE_URL: databaseUrl,
  JWT_SECRET_KEY: JWT_SECRET,
  SEED_PASSWORD,
  PAYMENT_GATEWAY_URL: bank.url,
  PAYMENT_GATEWAY_API_KEY: 'simulator',
  MOVIE_SERVICE_URL: '',
  MOVIE_SERVICE_API_KEY: '',
  REDIS_URL: '',
  AWS_REGION: '',
  S3_BUCKET: '',
});

/** What the page promises in the end: an admin who logs in, changes the password and puts a show on sale. */
async function administer({ base, output }: Running) {
  const ask = (method: string, path: string, body?: object, token?: string) =>
    call(base, method, path, {
      ...(body && { body }),
      ...(token !== undefined && { as: { token } }),
      headers: { 'x-api-key': KEY },
    });
  const isReady = async () => (await ask('GET', '/ready').catch(() => undefined))?.status === 200;
  await eventually('it is ready', isReady, READY_WITHIN_MS);
  const login = (password: string) => ask('POST', '/login', { username: 'seed-user-1', password });
  const token = String((await login(SEED_PASSWORD)).data['token']);
  const change = { current_password: SEED_PASSWORD, new_password: 'Changed-2' };
  const changed = await ask('POST', '/change-password', change, token);
  assert.equal(changed.status, 200, changed.text);
  const admin = String((await login('Changed-2')).data['token']);
  const profile = await ask('GET', '/admin/profile', undefined, admin);
  assert.equal(profile.status, 200, profile.text);
  const movie = (await ask('GET', '/show/movies', undefined, admin)).data[0];
  const slot = (await ask('GET', '/slot-all', undefined, admin)).data[0];
  const date = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const show = { movieId: movie?.['movieId'], slotId: slot?.['id'], date, cost: 200 };
  const scheduled = await ask('POST', '/show', show, admin);
  assert.equal(scheduled.status, 201, scheduled.text);
  const complaints = output()
    .split('\n')
    .filter((line) => /there is no admin|is not a setting/.test(line));
  assert.deepEqual(complaints, []);
}

test(
  'docker run as the page writes it ends with a cinema that its admin administers',
  { skip },
  async (t) => {
    const page = readFileSync('deploy/README.md', 'utf8');
    const [block = ''] = /docker run [\s\S]+? skyfox-backend\n/.exec(page) ?? [];
    const written = [...block.matchAll(/-e ([A-Z0-9_]+)=(\S+)/g)];
    assert.ok(written.length > 10, block);
    const app = await startApp(t);
    const own = ownValues(app);
    const settings = written.map(([, name = '', value = '']) => {
      if (!value.endsWith('...')) return [name, value];
      assert.ok(own[name] !== undefined, `${name} is the reader's`);
      return [name, own[name]];
    });
    const given = {
      ...(Object.fromEntries(settings) as Record<string, string>),
      PORT: String(await freePort()),
    };
    await app.script('delete from stafftable; delete from password_history; delete from usertable');
    await administer(await runImage(t, built, given));
  },
);

/** The commands of a section, each line that is indented. */
const commandsOf = (page: string, heading: string) =>
  (page.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.slice(4))
    .join('\n');

const OWN_NAMES = {
  AWS_REGION: 'ap-south-1',
  ACCOUNT: '123456789012',
  BUCKET: 'pictures-of-ours',
  VPC: 'vpc-1',
  ALARM_EMAIL: 'operator@skyfox.example',
};
// Says what the real one would print, and keeps what it was told.
const AWS = `#!/bin/sh
echo "$*" >> "$TOLD/calls"
case "$1 $2" in
  'ec2 create-security-group') echo "sg-of-$6" ;;
  'secretsmanager create-secret') cat > "$TOLD/secrets/\${4#skyfox/}"; echo "arn:aws:secretsmanager:r:1:secret:$4-Ab12Cd" ;;
esac
`;

/** The steps of the page that need nothing of AWS but answers, done in a copy of the folder. */
async function followBeanstalkPage(t: TestContext, secrets: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-beanstalk-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp('deploy/beanstalk', join(folder, 'page'), { recursive: true });
  await mkdir(join(folder, 'told/secrets'), { recursive: true });
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/aws'), AWS);
  await chmod(join(folder, 'bin/aws'), 0o755);
  const page = await readFile(join(folder, 'page/README.md'), 'utf8');
  const loop = commandsOf(page, '5. Secrets');
  const asked = /for name in ([A-Z_ ]+);/.exec(loop)?.[1]?.split(' ') ?? [];
  const steps = [commandsOf(page, '3. Who'), loop, commandsOf(page, '6. Names')].join('\n');
  const done = execFile('bash', ['-euo', 'pipefail', '-c', steps], {
    cwd: join(folder, 'page'),
    env: {
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      TOLD: join(folder, 'told'),
      ...OWN_NAMES,
    },
  });
  done.stdin?.end(asked.map((name) => `${secrets[name] ?? ''}\n`).join(''));
  const status = await new Promise((resolve) => done.once('exit', resolve));
  assert.equal(status, 0);
  return { folder: join(folder, 'page'), told: join(folder, 'told'), page };
}

test(
  'the settings of the Beanstalk page start the image, with metrics for the scraper and an admin',
  { skip },
  async (t) => {
    const app = await startApp(t);
    const own = ownValues(app);
    const { folder, told, page } = await followBeanstalkPage(t, own);
    const read = (name: string) => readFile(join(folder, name), 'utf8');
    const configs = await readdir(join(folder, '.ebextensions'));
    for (const name of [
      'Dockerrun.aws.json',
      'secrets-policy.json',
      'bucket-policy.json',
      ...configs.map((file) => `.ebextensions/${file}`),
    ]) {
      assert.doesNotMatch(await read(name), /\b(ACCOUNT|REGION|BUCKET|APP_GROUP|ALARM_EMAIL)\b/, name);
    }

    const environment = /application:environment:\n([\s\S]+)$/.exec(
      await read('.ebextensions/01-environment.config'),
    );
    const fixed = [...(environment?.[1] ?? '').matchAll(/^ {4}([A-Z0-9_]+): (.+)$/gm)].map(
      ([, ...pair]) => pair,
    );
    const shipped = readFileSync('deploy/beanstalk/.ebextensions/03-secrets.config', 'utf8');
    const places = [
      ...(await read('.ebextensions/03-secrets.config')).matchAll(
        /^ {4}([A-Z0-9_]+): arn:.+skyfox\/(\S+)-Ab12Cd$/gm,
      ),
    ];
    const named = places.map(([, name]) => name);
    assert.ok(named.includes('SEED_PASSWORD'));
    assert.deepEqual(
      [...shipped.matchAll(/^ {4}([A-Z0-9_]+): arn:/gm)].map(([, name]) => name),
      named,
    );
    const secret = await Promise.all(
      places.map(async ([, name, place = '']) => [
        name,
        await readFile(join(told, 'secrets', place), 'utf8'),
      ]),
    );
    const [, list = ''] = /--envvars (\S+)/.exec(page) ?? [];
    const expanded = list.replaceAll(/\$(\w+)/g, (_, name: keyof typeof OWN_NAMES) => OWN_NAMES[name]);
    const typed = expanded.split(',').map((pair) => pair.split('='));
    const settings = Object.fromEntries([...fixed, ...secret, ...typed]) as Record<string, string>;

    const { Ports: ports } = JSON.parse(await read('Dockerrun.aws.json')) as {
      Ports: { HostPort: number }[];
    };
    assert.deepEqual(
      ports.map(({ HostPort }) => HostPort),
      [80, Number(settings['METRICS_PORT'])],
    );
    const calls = await readFile(join(told, 'calls'), 'utf8');
    assert.match(
      calls,
      /authorize-security-group-ingress --group-id sg-of-skyfox-app --protocol tcp --port 9464 /,
    );

    const metricsPort = await freePort();
    await app.script('delete from stafftable; delete from password_history; delete from usertable');
    const here = {
      PORT: String(await freePort()),
      METRICS_PORT: String(metricsPort),
      PAYMENT_GATEWAY_URL: app.bank.url,
      MOVIE_SERVICE_URL: '',
    };
    const running = await runImage(t, built, { ...settings, ...here });
    await administer(running);
    const { text } = await call(`http://127.0.0.1:${metricsPort}`, 'GET', '/metrics');
    assert.match(text, /^skyfox_payments_total\{outcome="charged"\} 0$/m);
  },
);

test(
  'program and nginx run in containers of their own, with the rights that compose.yaml leaves them',
  { skip },
  async (t) => {
    const app = await startApp(t);
    const compose = readFileSync('compose.yaml', 'utf8');
    for (const right of [
      'user: skyfox',
      'read_only: true',
      "tmpfs: ['/tmp', '/data:uid=10001,mode=0700']",
      "cap_drop: ['ALL']",
    ])
      assert.ok(compose.includes(right), right);
    const flags = ['--user', 'skyfox', '--read-only', '--cap-drop', 'ALL'];
    const tmpfs = ['--tmpfs', '/tmp', '--mount', 'type=tmpfs,destination=/data,tmpfs-mode=0700,chown'];
    const port = String(await freePort());
    const settings = {
      ...settingsOn(app),
      API_GATEWAY_KEY: '',
      HOST: '127.0.0.1',
      TRUST_PROXY: '1',
      PORT: port,
      SEED_PASSWORD,
    };
    await app.script('delete from stafftable; delete from password_history; delete from usertable');
    const program = await runImage(t, built, settings, {
      flags: [...flags, ...tmpfs],
      command: ['node', 'src/main.ts'],
    });
    const nginx = await runImage(
      t,
      built,
      { API_GATEWAY_KEY: KEY, UPSTREAMS: `127.0.0.1:${port}` },
      {
        command: ['sh', 'deploy/start-nginx.sh'],
      },
    );
    await administer({ ...nginx, output: () => nginx.output() + program.output() });
    const reconciled = await program.exec('npm', 'run', 'reconcile');
    assert.equal(reconciled.status, 0, reconciled.stderr);
  },
);
