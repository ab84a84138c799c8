// Runs under whatever Node the reader has (20 and later), before anything else of the project does: installs the
// pinned packages, the pinned Node among them, when they are missing or not those of the lockfile.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';

const root = new URL('../', import.meta.url);
const lockfile = createHash('sha256')
  .update(readFileSync(new URL('package-lock.json', root)))
  .digest('hex');
const stamp = new URL('node_modules/.installed', root);

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockfile) {
  console.log('Installing packages (once; under a minute on a usual line)...');
  const flags = ['ci', '--loglevel=error', '--no-audit', '--no-fund'];
  if (process.env.NODE_ENV === 'production') flags.push('--include=optional', '--include=dev');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const { status } = spawnSync(npm[0], [...npm.slice(1), ...flags], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error('npm ci failed: see above. It needs the npm registry, or a mirror of it in .npmrc.');
    process.exit(1);
  }
  writeFileSync(stamp, lockfile);
}
