import assert from 'node:assert/strict';
import type { Pool, Statement, Tx } from '../../src/platform/database/db.ts';

/**
 * Sees to it that a transaction waits for each of its messages, one after the other: a statement that nobody waits for could
 * fail unheard, and its transaction would be committed without it. Statements of one message are asked for in one turn.
 */
export function assertAwaited(pool: Pool): void {
  const transaction = pool.transaction.bind(pool);
  pool.transaction = (work) =>
    transaction(async (tx) => {
      let underWay = 0;
      let isSameTurn = false;
      const watched = (run: (statement: Statement) => Promise<unknown>) => async (statement: Statement) => {
        assert.ok(underWay === 0 || isSameTurn, `nobody waited for the statement before ${statement.text}`);
        underWay += 1;
        isSameTurn = true;
        queueMicrotask(() => (isSameTurn = false));
        try {
          return await run(statement);
        } finally {
          underWay -= 1;
        }
      };
      const last = { run: watched((statement) => tx.last.run(statement)) };
      const result = await work({ run: watched((statement) => tx.run(statement)), last } as Tx);
      assert.equal(underWay, 0, 'nobody waited for the last statement of a transaction');
      return result;
    });
}
