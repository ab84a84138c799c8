import { StartFault } from './errors.ts';

/** Runs the work of a command; a fault in settings or surroundings is told in its own words, and the status is 1. */
export async function runTool(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
