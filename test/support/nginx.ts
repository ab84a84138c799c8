import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nginxConfig } from '../../deploy/nginx/config.ts';
import type { Owner } from './database.ts';
import { eventually, isOpen } from './eventually.ts';
import { freePort } from '../../src/platform/process/free-port.ts';

const template = new URL('../../deploy/nginx/nginx.conf.template', import.meta.url);
export const KEY = 'a-gateway-key-for-tests/+=';

type Options = {
  upstream: string;
  env?: Record<string, string>;
  /** For times that a test cannot wait for. */
  edit?: (config: string) => string;
};

/** The real nginx with the configuration of the project, in front of `upstream` (host:port). Ended with the test. */
export async function startNginx(t: Owner, { upstream, env = {}, edit = (config) => config }: Options) {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-nginx-'));
  // Its workers are of another user.
  await chmod(folder, 0o755);
  const port = Number(env['NGINX_PORT'] ?? (await freePort()));
  const settings = {
    API_GATEWAY_KEY: KEY,
    NGINX_PORT: String(port),
    UPSTREAMS: upstream,
    NGINX_RATE_TOKEN: '0',
    NGINX_RATE_ADDRESS: '0',
  };
  const config = nginxConfig(await readFile(template, 'utf8'), { ...settings, ...env }, folder);
  await writeFile(join(folder, 'nginx.conf'), edit(config), { mode: 0o600 });
  // A file, because nginx opens /dev/stdout by its name, which a socket of Node's has not.
  const log = join(folder, 'log');
  const out = openSync(log, 'a');
  const nginx = spawn('nginx', ['-e', 'stderr', '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  const exited = once(nginx, 'exit');
  t.after(async () => {
    nginx.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  const output = () => readFileSync(log, 'utf8');
  await eventually('nginx listens', async () => {
    if (nginx.exitCode !== null) throw new Error(`nginx did not start:\n${output()}`);
    return isOpen(port);
  });
  return { base: `http://127.0.0.1:${port}`, port, folder, pid: nginx.pid ?? 0, output };
}

/** Why a test that needs a program of Debian's cannot run, if it cannot. */
export function lacks(...programs: readonly string[]): string | false {
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  return missing.length > 0 && `needs ${missing.join(', ')}: npm run test:system says how to install it`;
}
