import assert from 'node:assert/strict';
import type { Pool, Tx } from '../../src/platform/database/db.ts';

/**
 * Sees to it that a transaction waits for each of its statements, one after the other: one that nobody waits for could
 * fail unheard, and its transaction would be committed without it.
 */
export function assertAwaited(pool: Pool): void {
  const transaction = pool.transaction.bind(pool);
  pool.transaction = (work) =>
    transaction(async (tx) => {
      let underWay = 0;
      const watched = {
        async run(statement) {
          assert.equal(underWay, 0, `nobody waited for the statement before ${statement.text}`);
          underWay += 1;
          try {
            return await tx.run(statement);
          } finally {
            underWay -= 1;
          }
        },
      } as Tx;
      const result = await work(watched);
      assert.equal(underWay, 0, 'nobody waited for the last statement of a transaction');
      return result;
    });
}
