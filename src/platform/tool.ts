import { StartFault } from './errors.ts';

/** Where `--help` is asked for, says what a command does and ends it before it does anything. */
export function explain(help: string): void {
  if (!process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) return;
  console.log(help);
  process.exit(0);
}

/**
 * Runs the work of a command; a fault in settings or surroundings is told in its own words, and the status is the fault's.
 */
export async function runTool(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    console.error(error.message);
    process.exitCode = error.exitStatus;
  }
}
