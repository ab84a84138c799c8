import { readFileSync } from 'node:fs';
import { familyOf } from '../../test/support/memory.ts';

/** Milliseconds of CPU so far. */
export type Cpu = { program: number; postgres: number };

const MS_PER_TICK = 10;

/** CPU of the program with its threads, and of PostgreSQL with its backends, also of those that have ended. */
export const cpuOf = ({ programPid, postmasterPid }: { programPid: number; postmasterPid: number }): Cpu => ({
  program: ticksOf(programPid).own * MS_PER_TICK,
  postgres:
    MS_PER_TICK *
    (ticksOf(postmasterPid).ended + familyOf(postmasterPid).reduce((sum, pid) => sum + ticksOf(pid).own, 0)),
});

export const postmasterPidIn = (dataDir: string): number =>
  Number(readFileSync(`${dataDir}/postgres/postmaster.pid`, 'utf8').split('\n', 1)[0]);

/** Ticks of a process itself, and of its children that have ended. */
function ticksOf(pid: number): { own: number; ended: number } {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const fields = rest.split(' ').map(Number);
  const sum = (first: number) => (fields[first] ?? 0) + (fields[first + 1] ?? 0);
  return { own: sum(11), ended: sum(13) };
}
