import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Options = { files: readonly string[]; flags?: readonly string[]; env?: NodeJS.ProcessEnv };

// More than this, and it is no stall of a shared machine.
const MOST_FILES_AGAIN = 3;

/**
 * Runs test files; resolves to the runner's exit code. With `TEST_RETRY=1`, as in CI, up to three files that fail are run
 * once more, one after the other on the quiet machine, and both outputs are shown.
 */
export async function runTests(options: Options): Promise<number> {
  const first = await run(options);
  const isRetried = process.env['TEST_RETRY'] === '1' && first.code !== 0;
  if (!isRetried || first.failed.length === 0 || first.failed.length > MOST_FILES_AGAIN) return first.code;
  console.log(`\nfailed once, run again alone:\n  ${first.failed.join('\n  ')}\n`);
  const again = await run({
    ...options,
    files: first.failed,
    flags: [...(options.flags ?? []), '--test-concurrency=1'],
  });
  return again.code;
}

async function run({ files, flags = [], env = process.env }: Options) {
  const folder = mkdtempSync(join(tmpdir(), 'skyfox-tests-'));
  const list = join(folder, 'failed');
  const reporters = [
    ['spec', 'stdout'],
    ['./test/support/failed-files.ts', list],
  ].flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
  const setup = '--test-global-setup=test/support/global-setup.ts';
  const runner = spawn(process.execPath, ['--test', setup, ...reporters, ...flags, ...files], {
    stdio: 'inherit',
    env,
  });
  const [code] = await once(runner, 'exit');
  const failed = [...new Set(readFileSync(list, 'utf8').split('\n').filter(Boolean))];
  rmSync(folder, { recursive: true });
  return { code: Number(code ?? 1), failed };
}
