import pg from 'pg';
import sqlTag, { type Sql as Statement } from 'sql-template-tag';
import { createClients } from '../connecting/connection.ts';
import { createCursor, type Cursor } from './cursor.ts';
import { isLoss, toThrow } from './db-errors.ts';
import { createLend, type Lend } from './lend.ts';
import { refuseReplica } from './primary-only.ts';
import { sendMessage, sendScript, type Query } from './message.ts';
import {
  BEGIN,
  BEGIN_SNAPSHOT,
  createTransaction,
  queryOf,
  rowsOf,
  type AnyTx,
  type Ask,
  type LastTx,
  type Sql,
  type Tx,
} from './transaction.ts';
import { writes } from './statement-kind.ts';
import { unavailable } from '../errors.ts';

export const sql = sqlTag;
export type { AnyTx, LastTx, Sql, Statement, Tx };

export type Pool = Sql & {
  /** Return commits, throw rolls back. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Several statements that read one state of the database and write nothing. */
  snapshot<T>(work: (read: Sql) => Promise<T>): Promise<T>;
  /**
   * For more rows than fit in memory at once. The pool's time-out does not apply, so the caller must set a
   * bound.
   */
  cursor<Row>(statement: Statement): Cursor<Row>;
  readonly counts: () => { total: number; idle: number; waiting: number; max: number };
  end(): Promise<void>;
};

export type PoolSettings = {
  url: string;
  max: number;
  /** Behind a transaction pooler: no prepared statements, time-outs set in each transaction. */
  pooled?: boolean;
  /**
   * A replica counts as unavailable. Not behind a transaction pooler, whose connections belong to no single
   * server.
   */
  primaryOnly?: boolean;
  name?: string;
  connectTimeoutMs?: number;
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
  /** Settings of the session, as in PGOPTIONS; not behind a transaction pooler. */
  options?: string;
  onError?: (error: Error) => void;
  /** Called for a statement that took `slowMs` or longer, with its text, which contains no values. */
  onSlow?: (text: string, milliseconds: number) => void;
  slowMs?: number;
  /** Called for every statement, with the same arguments as `onSlow`. */
  onStatement?: (text: string, milliseconds: number) => void;
};

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export function createPool(settings: PoolSettings): Pool {
  const { connectTimeoutMs = 2_000 } = settings;
  const pool = createClients(settings.url, {
    max: settings.max,
    application_name: settings.name ?? 'skyfox',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    ...(settings.pooled ? {} : { ...serverTimeouts(settings), options: settings.options }),
  });
  // A lost server raises this event on idle connections. Without a handler the error would end the process.
  let ending = false;
  pool.on('error', (error) => ending || settings.onError?.(error));
  // The same for a connection in use. Its user gets the error from the statement.
  pool.on('connect', (client) => client.on('error', () => {}));
  const isChecked = settings.primaryOnly && !settings.pooled;
  const lend = createLend(pool, {
    withinMs: connectTimeoutMs,
    ...(isChecked && { check: refuseReplica }),
  });
  const prepared = !settings.pooled;
  const timeouts = settings.pooled ? [setTimeouts(settings)] : [];
  const watch: Watch = {
    lend,
    patienceMs: (settings.statementTimeoutMs ?? 2_500) + 400,
    slowMs: settings.slowMs ?? 500,
    onSlow: settings.onSlow ?? (() => {}),
    onStatement: settings.onStatement,
  };

  const transaction = <T>(begin: Statement, work: (tx: Tx) => Promise<T>): Promise<T> =>
    withSession(pool, watch, async (ask) => {
      const opened = createTransaction(ask, { prepared, begin: [queryOf(begin, prepared), ...timeouts] });
      try {
        const result = await work(opened.tx);
        await opened.commit();
        return result;
      } catch (error) {
        await opened.rollback();
        throw error;
      }
    });

  return {
    run: <Row>(statement: Statement) =>
      withSession(pool, watch, async (ask) => {
        const mayHaveHappened = writes(statement.text);
        const queries = isScript(statement) ? statement.text : [...timeouts, queryOf(statement, prepared)];
        return rowsOf<Row>((await ask(queries, mayHaveHappened)).at(-1));
      }),
    transaction: (work) => transaction(BEGIN, work),
    snapshot: (work) => transaction(BEGIN_SNAPSHOT, work),
    cursor: (statement) => createCursor(lend, statement, watch.patienceMs),
    counts: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      max: settings.max,
    }),
    end: () => {
      ending = true;
      return pool.end();
    },
  };
}

// This many requests may wait for each connection. Further requests are refused at once, so those in the
// queue keep their latency.
const MOST_WAITING = 100;

type Watch = { lend: Lend; patienceMs: number; slowMs: number } & Required<Pick<PoolSettings, 'onSlow'>> &
  Pick<PoolSettings, 'onStatement'>;
/** Lends a connection to `work`. A lost or silent connection is not returned to the pool. */
async function withSession<T>(pool: pg.Pool, watch: Watch, work: (ask: Ask) => Promise<T>): Promise<T> {
  if (pool.waitingCount >= pool.options.max * MOST_WAITING) throw unavailable();
  const client = await watch.lend().catch((error: unknown) => Promise.reject(unavailable(error)));
  let lost = false;
  const ask: Ask = async (queries, mayHaveHappened = false) => {
    if (lost) throw unavailable();
    const askedAt = performance.now();
    try {
      return await (typeof queries === 'string'
        ? sendScript(client, queries, watch.patienceMs)
        : sendMessage(client, queries, watch.patienceMs));
    } catch (error) {
      lost = isLoss(error);
      throw toThrow(error, { mayHaveHappened });
    } finally {
      const tookMs = performance.now() - askedAt;
      if (watch.onStatement || tookMs >= watch.slowMs) {
        const text = typeof queries === 'string' ? queries : queries.map((query) => query.text).join(';\n');
        watch.onStatement?.(text, tookMs);
        if (tookMs >= watch.slowMs) watch.onSlow(text, tookMs);
      }
    }
  };
  try {
    return await work(ask);
  } finally {
    client.release(lost);
  }
}

/** All rows. */
export async function many<Row>(on: Sql, statement: Statement): Promise<Row[]> {
  return (await on.run<Row>(statement)).rows;
}

/** The only row. Throws if there is none, which is a fault of the program. */
export async function one<Row>(on: Sql, statement: Statement): Promise<Row> {
  const row = await maybeOne<Row>(on, statement);
  if (row === undefined) throw new Error('a statement that always returns a row returned none');
  return row;
}

export async function maybeOne<Row>(on: Sql, statement: Statement): Promise<Row | undefined> {
  return (await on.run<Row>(statement)).rows[0];
}

/** How many rows were written. */
export async function execute(on: Sql, statement: Statement): Promise<number> {
  return (await on.run(statement)).count;
}

/** Whether the database refused for this reason: an SQLSTATE, and the constraint's name where one is given. */
export function isViolation(error: unknown, sqlState: string, constraint?: string): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === sqlState &&
    (constraint === undefined || error.constraint === constraint)
  );
}

/** Several statements in one text, as tools send them, without values. */
const isScript = ({ text, values }: Statement) => values.length === 0 && text.includes(';');

// A migration may block other statements for two seconds (lock-retry.ts); each of these time-outs is longer.
const serverTimeouts = (settings: PoolSettings) => ({
  statement_timeout: settings.statementTimeoutMs ?? 2_500,
  lock_timeout: settings.lockTimeoutMs ?? 2_250,
  idle_in_transaction_session_timeout: 10_000,
});

/** Applies to the current transaction. */
const setTimeouts = (settings: PoolSettings): Query => ({
  text: `select ${Object.entries(serverTimeouts(settings))
    .map(([name, milliseconds]) => `set_config('${name}', '${milliseconds}', true)`)
    .join(', ')}`,
  values: [],
});
