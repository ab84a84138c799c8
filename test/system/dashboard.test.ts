import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { call } from '../support/call.ts';
import type { Owner } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { lacks } from '../support/nginx.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

type Panel = { title: string; targets?: { expr: string }[] };
type Result = { metric: object; value: [at: number, value: string] };

/** The real Prometheus, which scrapes a program each second. Ended with the test. */
async function startPrometheus(t: Owner, target: string) {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-prometheus-'));
  const port = await freePort();
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'skyfox', static_configs: [{ targets: [target] }] }],
  };
  // JSON is YAML too.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ];
  const prometheus = spawn('prometheus', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const exited = once(prometheus, 'exit');
  t.after(async () => {
    prometheus.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  const base = `http://127.0.0.1:${port}`;
  return async (expression: string): Promise<Result[]> => {
    const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
    const { data } = await call(base, 'GET', path).catch(() => ({ data: undefined }));
    return data?.['result'] ?? [];
  };
}

test(
  'no panel is empty for a program that has just started, or that gets no requests',
  { skip: lacks('prometheus') },
  async (t) => {
    const app = await startApp(t);
    const ask = await startPrometheus(t, new URL(app.base).host);
    const hasSamples = async () => Number((await ask('count_over_time(up[5m])'))[0]?.value[1] ?? 0) >= 4;
    await eventually('it was scraped some times', hasSamples, 60_000);

    const { panels } = JSON.parse(readFileSync('deploy/prometheus/dashboard.json', 'utf8')) as {
      panels: Panel[];
    };
    const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
    assert.ok(queries.length >= 20);
    for (const { title, expr } of queries) {
      const results = await ask(expr.replaceAll('$job', 'skyfox'));
      assert.ok(results.length > 0, `${title} says No data: ${expr}`);
      for (const { value } of results)
        assert.ok(Number.isFinite(Number(value[1])), `${title} is ${value[1]}: ${expr}`);
    }
  },
);
