// Writes the configuration that nginx runs with: `node deploy/nginx/configure.ts [FOLDER]`, /run/skyfox unless named.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../../src/start/config.ts';
import { runTool } from '../../src/platform/process/tool.ts';
import { nginxConfig } from './config.ts';

const template = new URL('nginx.conf.template', import.meta.url);

await runTool(async () => {
  const folder = process.argv[2] ?? '/run/skyfox';
  const text = nginxConfig(await readFile(template, 'utf8'), environment(), folder);
  const file = join(folder, 'nginx.conf');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  // Written as a new file, because an old file may have wider permissions.
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
});
