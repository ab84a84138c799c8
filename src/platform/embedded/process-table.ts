import { readFile } from 'node:fs/promises';

/** Whether `pid` runs; with `birth`, whether it is still the process that had that birth. */
export async function isRunning(pid: number, birth?: string): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = await birthOf(pid);
  return now !== GONE && (!birth || !now || now === birth);
}

/**
 * What tells a process from a later one that got the same number: its start within this boot of the machine.
 * Empty where the system has no /proc.
 */
export async function birthOf(pid: number): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  if (boot === undefined) return '';
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return GONE;
  // The name comes in brackets and may hold anything; the fields count from the last bracket on.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? GONE : `${boot.trim()}/${fields[18]}`;
}

/** The command line of `pid`; empty where it cannot be known. */
export async function commandOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.replaceAll('\0', ' ').trim();
}

const GONE = 'gone';
