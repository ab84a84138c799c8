import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { lacks } from '../support/nginx.ts';

const skip = lacks('promtool');
const FOLDER = 'deploy/prometheus';
const promtool = (args: string[], input?: string) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: FOLDER, input, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
};
const read = (name: string) => readFileSync(`${FOLDER}/${name}`, 'utf8');

test('the configuration and the rules are good, and each alert rings where it should', { skip }, () => {
  for (const config of ['prometheus.yml', 'beanstalk.yml']) promtool(['check', 'config', config]);
  promtool(['test', 'rules', 'alerts.test.yml']);
});

test(
  'what the program tells is good, and all that rules and dashboard ask for is told',
  { skip },
  async (t) => {
    const app = await startApp(t);
    await app.get('/shows', { as: app.admin });
    const { text } = await app.get('/metrics');
    // Of Node's own metrics one has a name that promtool would not have chosen.
    promtool(['check', 'metrics'], text.replaceAll(/^.*nodejs_.*\n/gm, ''));

    const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
    const asked = ['alerts.yml', 'dashboard.json'].flatMap(
      (name) => read(name).match(/\b(skyfox|nodejs|process)_\w+/g) ?? [],
    );
    assert.ok(asked.length > 30);
    const unknown = asked
      .map((name) => name.replace(/_(bucket|count|sum)$/, ''))
      .filter((name) => !told.has(name));
    assert.deepEqual(unknown, []);
  },
);

test('the names, labels and buckets are those of the dashboards that exist', async (t) => {
  const app = await startApp(t);
  await app.get('/shows', { as: app.admin });
  await app.get('/no-such-route');
  const { text } = await app.get('/metrics');
  assert.match(
    text,
    /^skyfox_http_requests_total\{method="GET",endpoint_group="shows",status_code="200"\} 1$/m,
  );
  assert.match(
    text,
    /^skyfox_http_requests_total\{method="GET",endpoint_group="other",status_code="404"\} 1$/m,
  );
  assert.match(text, /^skyfox_http_requests_in_flight \d+$/m);
  const buckets = [
    ...text.matchAll(/duration_seconds_bucket\{le="([^"]+)",method="GET",endpoint_group="shows"\}/g),
  ];
  assert.deepEqual(
    buckets.map(([, le]) => le),
    ['0.01', '0.05', '0.1', '0.5', '1', '2', '5', '+Inf'],
  );
});

test('each alert says what to do in the page on operations', () => {
  const alerts = [...read('alerts.yml').matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  const alarms = readFileSync('deploy/beanstalk/.ebextensions/04-alarms.config', 'utf8');
  alerts.push(...[...alarms.matchAll(/operations\.md, (\w+)/g)].map(([, name]) => name));
  const page = readFileSync('docs/operations.md', 'utf8');
  assert.deepEqual(
    alerts.filter((name) => !page.includes(`### ${name}`)),
    [],
  );
});
