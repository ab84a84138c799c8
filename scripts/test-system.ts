// `npm run test:system [-- FILE...]`: the tests against real nginx, supervisor, promtool and the like, or the files
// named. Where one of Debian's packages is missing it says which, and runs nothing. Ends with the runner's status.
import { existsSync, globSync } from 'node:fs';
import { explain } from '../src/platform/process/tool.ts';
import { checkNames } from '../test/support/named-files.ts';
import { runTests } from '../test/support/runner.ts';

explain(`npm run test:system [-- FILE...]

Runs the tests against Debian's nginx, supervisor, Redis and the like, or the files named. Says which packages are missing
and then ends with 2. Otherwise it ends with the runner's status.`);

const NEEDED: Readonly<Record<string, string>> = {
  nginx: '/usr/sbin/nginx',
  'libnginx-mod-http-headers-more-filter': '/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so',
  supervisor: '/usr/bin/supervisord',
  prometheus: '/usr/bin/promtool',
  'redis-server': '/usr/bin/redis-server',
  pgbouncer: '/usr/sbin/pgbouncer',
  'postgresql-15': '/usr/lib/postgresql/15/bin/pg_ctl',
  patroni: '/usr/bin/patroni',
  'etcd-server': '/usr/bin/etcd',
  haproxy: '/usr/sbin/haproxy',
  iproute2: '/bin/ip',
  'poppler-utils': '/usr/bin/pdftotext',
  'zbar-tools': '/usr/bin/zbarimg',
  chromium: '/usr/bin/chromium',
  debootstrap: '/usr/sbin/debootstrap',
  buildah: '/usr/bin/buildah',
  podman: '/usr/bin/podman',
  'python3-venv': '/usr/share/doc/python3-venv',
};
const missing = Object.keys(NEEDED).filter((name) => !existsSync(NEEDED[name] ?? ''));
if (missing.length > 0) {
  console.error(`These tests need Debian packages that are missing. As root:`);
  console.error(`  apt-get install -y --no-install-recommends ${missing.join(' ')}`);
  process.exit(2);
}
const named = process.argv.slice(2);
checkNames(named);
/** Files that measure times, or load both processors by themselves: they run one after the other, after all others. */
const ALONE =
  /(?:chaos|cluster|container|failover|flash-crowd|kills|million-bookings|outage|web-(?:kills|live|stream|weight))\.test\.ts$/;

const files = globSync(named.length > 0 ? named : 'test/system/**/*.test.ts');
const alone = files.filter((file) => ALONE.test(file));
const together = files.filter((file) => !ALONE.test(file));
// Debian keeps nginx and pgbouncer where only root looks.
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
const run = (some: readonly string[], concurrency: number) =>
  some.length === 0
    ? 0
    : runTests({
        files: some,
        flags: [`--test-concurrency=${concurrency}`, '--test-timeout=600000'],
        env,
      });
const codes = [await run(together, 2), await run(alone, 1)];
process.exitCode = codes.find((code) => code !== 0) ?? 0;
