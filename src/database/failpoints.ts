import type { Pool } from './db.ts';

export type Failpoints = {
  /** Dies here if this is the point that was armed. */
  at(point: string): void;
  /** A pool whose commits are points: `NAME before commit` and `NAME after commit`. */
  around(pool: Pool, name: string): Pool;
};

/**
 * Points at which a test has the process die as by kill -9, to prove that no instruction parts money from its record.
 * Unarmed, as everywhere but in tests, they cost nothing.
 */
export function createFailpoints(armed: string | undefined): Failpoints {
  if (armed === undefined) return { at: () => {}, around: (pool) => pool };
  const at = (point: string) => {
    if (point === armed) process.kill(process.pid, 'SIGKILL');
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
          const done = await work(tx);
          at(`${name} before commit`);
          return done;
        });
        at(`${name} after commit`);
        return result;
      },
    }),
  };
}
