import { parseArgs, type ParseArgsConfig } from 'node:util';
import { StartFault } from '../errors.ts';

/** If `--help` is given, prints what a command does and ends it before it does anything. */
export function explain(help: string): void {
  if (!process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) return;
  console.log(help);
  process.exit(0);
}

/** The arguments of a command. An unknown argument ends the command with status 2 and a message. */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${(error as Error).message}\nSee --help.`);
    return process.exit(2);
  }
}

/**
 * Runs the work of a command. A StartFault is printed as its message, and its status becomes the exit status.
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
