import type { Pool, Statement, Tx } from './db.ts';

export type Failpoints = {
  /** Dies or freezes here if this is the point that was armed. */
  at(point: string): void;
  /** A pool whose commits are points: `NAME before commit` and `NAME after commit`. */
  around(pool: Pool, name: string): Pool;
};

const FREEZE = 'freeze: ';

/**
 * Points at which a test makes the process die as by kill -9, or (armed as `freeze: POINT`) stop at the first
 * pass until SIGCONT. They prove that money and its record stay together whatever instruction fails. Outside
 * tests they are not armed and cost nothing.
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
