import type { Pool, Statement, Tx } from './db.ts';

export type Failpoints = {
  /** Dies or freezes here if this is the point that was armed. */
  at(point: string): void;
  /** A pool whose commits are points: `NAME before commit` and `NAME after commit`. */
  around(pool: Pool, name: string): Pool;
};

const FREEZE = 'freeze: ';

/**
 * Points at which a test has the process die as by kill -9, or, armed as `freeze: POINT`, stand still the first time
 * that it comes by until it is sent SIGCONT: to prove that no instruction parts money from its record. Unarmed, as
 * everywhere but in tests, they cost nothing.
 */
export function createFailpoints(armed: string | undefined): Failpoints {
  if (armed === undefined) return { at: () => {}, around: (pool) => pool };
  const freezes = armed.startsWith(FREEZE);
  let waitsFor: string | undefined = freezes ? armed.slice(FREEZE.length) : armed;
  const at = (point: string) => {
    if (point !== waitsFor) return;
    if (freezes) waitsFor = undefined;
    process.kill(process.pid, freezes ? 'SIGSTOP' : 'SIGKILL');
  };
  return {
    at,
    around: (pool, name) => ({
      ...pool,
      async run(statement) {
        at(`${name} before commit`);
        const result = await pool.run(statement);
        at(`${name} after commit`);
        return result as never;
      },
      async transaction(work) {
        const result = await pool.transaction(async (tx) => {
          let commits = false;
          const last = {
            run: (statement: Statement) => {
              if (!commits) at(`${name} before commit`);
              commits = true;
              return tx.last.run(statement);
            },
          } as Tx;
          const done = await work({ ...tx, last });
          if (!commits) at(`${name} before commit`);
          return done;
        });
        at(`${name} after commit`);
        return result;
      },
    }),
  };
}
