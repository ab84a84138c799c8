import { globSync } from 'node:fs';

/** Ends the command with status 2 where a name on its line is no test file: without one, the runner would run all. */
export function checkNames(names: readonly string[]): void {
  const mistyped = names.filter((name) => !globSync(name).some((file) => file.endsWith('.test.ts')));
  if (mistyped.length === 0) return;
  for (const name of mistyped) console.error(`no test file: ${name}`);
  process.exit(2);
}
