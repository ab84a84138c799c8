import { createFaults, type FaultSource } from '../../src/platform/process/faults.ts';

/** Faults for a test to look at: where the events came from whose handlers failed, and by what. */
export function collectFaults() {
  const sources: FaultSource[] = [];
  const errors: unknown[] = [];
  const log = { error: (facts: object) => void errors.push((facts as { err: unknown }).err) };
  return { sources, errors, faults: createFaults(log, (source) => sources.push(source)) };
}
