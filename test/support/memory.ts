import { readdirSync, readFileSync } from 'node:fs';

/** Megabytes that a process and all that it started have in memory, now and at most so far. */
export function memoryOf(pid: number): { nowMb: number; peakMb: number } {
  const statuses = familyOf(pid).map((member) => read(`/proc/${member}/status`));
  const sum = (name: string) =>
    statuses
      .map((status) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1_024)
      .reduce((all, one) => all + one, 0);
  return { nowMb: sum('VmRSS'), peakMb: sum('VmHWM') };
}

/** A process and all that it started, and they in turn. */
export function familyOf(pid: number): number[] {
  const children = list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`)
      .split(' ')
      .map(Number)
      .filter((child) => child > 0),
  );
  return [pid, ...children.flatMap(familyOf)];
}

// A process may end while it is looked at, and then has nothing in memory.
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
