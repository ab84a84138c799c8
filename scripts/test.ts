// `npm test [-- FILE...]`: all tests that need nothing but Node, or the files named. Ends with the runner's status.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const named = process.argv.slice(2);
const files = named.length > 0 ? named : ['test/!(system|support)/**/*.test.ts', 'test/*.test.ts'];
const runner = spawn(
  process.execPath,
  ['--test', '--test-global-setup=test/support/global-setup.ts', '--test-concurrency=2', ...files],
  { stdio: 'inherit' },
);
const [code] = await once(runner, 'exit');
process.exitCode = code ?? 1;
