// `npm test [-- FILE...]`: all tests that need nothing but Node, or the files named. Ends with the runner's status.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const named = process.argv.slice(2);
const files = named.length > 0 ? named : ['test/!(system|support)/**/*.test.ts', 'test/*.test.ts'];
const runner = spawn(
  process.execPath,
  ['--test', '--test-global-setup=test/support/global-setup.ts', '--test-concurrency=2', ...files],
  // As src/main.ts does for the program: a third of a file's time is compiling.
  { stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled') } },
);
const [code] = await once(runner, 'exit');
process.exitCode = code ?? 1;
