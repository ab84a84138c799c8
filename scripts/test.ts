// `npm test [-- FILE...] [--on postgres15] [--on pgbouncer]`: all tests that need nothing but Node, or the files named;
// on Debian's PostgreSQL 15 instead of the embedded one, through its pgbouncer, or both. Ends with the runner's status.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { explain, readArguments } from '../src/platform/process/tool.ts';
import { checkNames } from '../test/support/named-files.ts';
import { runTests } from '../test/support/runner.ts';

explain(`npm test [-- FILE...] [--on postgres15] [--on pgbouncer]

Runs all tests that need nothing but Node, or the files named; on Debian's PostgreSQL 15 instead of the embedded one,
through its pgbouncer, or both. Ends with the runner's status; 2 where a file is named that is no test.`);

/** Files that do not depend on the database server or the connection to it, with the reason. */
const LEFT_OUT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  postgres15: { 'test/platform/embedded/': 'is about the embedded server alone' },
  pgbouncer: {
    'test/platform/embedded/': 'is about the embedded server alone',
    'test/checkout/lost-connections.test.ts': 'puts a proxy of its own where the pooler would be',
    'test/bookings/round-trips.test.ts': 'puts a proxy of its own where the pooler would be',
  },
};
const ALL = ['test/!(system|support)/**/*.test.ts', 'test/*.test.ts'];

const { values, positionals } = readArguments({
  allowPositionals: true,
  options: { on: { type: 'string', multiple: true, default: [] } },
});
const unknown = values.on.find((name) => LEFT_OUT[name] === undefined);
if (unknown !== undefined) {
  console.error(`--on ${unknown}: must be one of ${Object.keys(LEFT_OUT).join(', ')}`);
  process.exit(2);
}
checkNames(positionals);
process.exitCode = await runTests({
  files: filesToRun(),
  flags: ['--test-concurrency=2', '--test-timeout=300000'],
  env: {
    ...process.env,
    // As src/main.ts does for the program: a third of a file's time is compiling.
    NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled'),
    ...(values.on.length > 0 && { TEST_ON: values.on.join(',') }),
  },
});

function filesToRun(): string[] {
  const files = globSync(positionals.length > 0 ? positionals : ALL);
  const reasons = Object.fromEntries(values.on.flatMap((name) => Object.entries(LEFT_OUT[name] ?? {})));
  const isLeftOut = (file: string) => Object.keys(reasons).some((path) => file.startsWith(path));
  if (files.some(isLeftOut)) {
    for (const [path, reason] of Object.entries(reasons)) console.log(`left out: ${path}, which ${reason}`);
  }
  return files.filter((file) => !isLeftOut(file));
}
