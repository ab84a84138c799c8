import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Person } from './app.ts';
import { openConnection, type Connection } from './connection.ts';
import type { Owner } from './database.ts';
import { eventually } from './eventually.ts';
import { familyOf } from './memory.ts';
import type { Child } from './process.ts';

/** One of the processes that share the port, and a line on which nobody but it answers. */
export type Worker = { pid: number; ask: Connection['ask'] };

/** A line to each of the processes of a program that shares its port. Closed with the test. */
export async function reachWorkers(t: Owner, program: Child, as: Person): Promise<Worker[]> {
  const pids = familyOf(program.pid ?? 0).slice(1);
  const reached = new Map<number, Connection>();
  // The first to listen answers alone until the others do.
  await eventually(
    'each process answers',
    async () => {
      const line = openConnection(program.base);
      await line.ask('GET', '/ready', { as });
      const pid = holderOf(line.port() ?? 0, pids);
      if (pid === undefined || reached.has(pid)) line.close();
      else reached.set(pid, line);
      return reached.size === pids.length;
    },
    20_000,
  );
  t.after(() => reached.forEach((line) => line.close()));
  return [...reached].map(([pid, line]) => ({ pid, ask: (...asked) => line.ask(...asked) }));
}

/** Which of the processes has the other end of a connection from this port of ours. */
function holderOf(port: number, pids: readonly number[]): number | undefined {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find(([, , other]) => other?.endsWith(remote));
  const socket = `socket:[${line?.[9]}]`;
  return pids.find((pid) => readdirSync(`/proc/${pid}/fd`).some((fd) => targetOf(pid, fd) === socket));
}

// A file may be closed while it is looked at.
function targetOf(pid: number, fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return undefined;
  }
}
