import pg from 'pg';
import sqlTag, { type Sql as Statement } from 'sql-template-tag';
import { createClients } from '../connecting/connection.ts';
import { createCursor, type Cursor } from './cursor.ts';
import { isLoss, toThrow } from './db-errors.ts';
import { refuseReplica } from './primary-only.ts';
import { sendMessage, sendScript, type Query } from './message.ts';
import { BEGIN, createTransaction, queryOf, rowsOf, type Ask, type Sql, type Tx } from './transaction.ts';
import { writes } from './statement-kind.ts';
import { unavailable } from '../errors.ts';

export const sql = sqlTag;
export type { Sql, Statement, Tx };

export type Pool = Sql & {
  /** Return commits, throw rolls back. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** For more rows than should be in memory at once; without the pool's time-out, so the caller bounds it. */
  cursor<Row>(statement: Statement): Cursor<Row>;
  readonly counts: () => { total: number; idle: number; waiting: number; max: number };
  end(): Promise<void>;
};

export type PoolSettings = {
  url: string;
  max: number;
  /** Behind a transaction pooler: no prepared statements, time-outs set in each transaction. */
  pooled?: boolean;
  /** A server that is a replica counts as away. Not behind a transaction pooler, whose connections are not the server's. */
  primaryOnly?: boolean;
  name?: string;
  connectTimeoutMs?: number;
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
  /** Of the session, as PGOPTIONS has them; not behind a transaction pooler. */
  options?: string;
  onError?: (error: Error) => void;
  /** Told of a statement that took `slowMs` or longer, and of its text, in which no values stand. */
  onSlow?: (text: string, milliseconds: number) => void;
  slowMs?: number;
  /** Told of every statement, as `onSlow` is. */
  onStatement?: (text: string, milliseconds: number) => void;
};

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export function createPool(settings: PoolSettings): Pool {
  const pool = createClients(settings.url, {
    max: settings.max,
    application_name: settings.name ?? 'skyfox',
    connectionTimeoutMillis: settings.connectTimeoutMs ?? 2_500,
    keepAlive: true,
    ...(settings.primaryOnly && !settings.pooled && { verify: refuseReplica }),
    ...(settings.pooled ? {} : { ...serverTimeouts(settings), options: settings.options }),
  });
  // A server that goes away reports here for idle connections; unheard, the error would end the process.
  let ending = false;
  pool.on('error', (error) => ending || settings.onError?.(error));
  // The same for a connection that is lent out; whoever has it hears from the statement.
  pool.on('connect', (client) => client.on('error', () => {}));
  const prepared = !settings.pooled;
  const timeouts = settings.pooled ? [setTimeouts(settings)] : [];
  const watch: Watch = {
    patienceMs: (settings.statementTimeoutMs ?? 2_500) + 400,
    slowMs: settings.slowMs ?? 500,
    onSlow: settings.onSlow ?? (() => {}),
    onStatement: settings.onStatement,
  };

  return {
    run: <Row>(statement: Statement) =>
      withSession(pool, watch, async (ask) => {
        const mayHaveHappened = writes(statement.text);
        const queries = isScript(statement) ? statement.text : [...timeouts, queryOf(statement, prepared)];
        return rowsOf<Row>((await ask(queries, mayHaveHappened)).at(-1));
      }),
    transaction: (work) =>
      withSession(pool, watch, async (ask) => {
        const transaction = createTransaction(ask, {
          prepared,
          begin: [queryOf(BEGIN, prepared), ...timeouts],
        });
        try {
          const result = await work(transaction.tx);
          await transaction.commit();
          return result;
        } catch (error) {
          await transaction.rollback();
          throw error;
        }
      }),
    cursor: (statement) => createCursor(pool, statement),
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

// So many wait for each connection; a queue that is longer is refused at once, and those in it keep their latency.
const MOST_WAITING = 100;

type Watch = { patienceMs: number; slowMs: number } & Required<Pick<PoolSettings, 'onSlow'>> &
  Pick<PoolSettings, 'onStatement'>;
/** Lends a connection for as long as `work` lasts; one that was lost, or is silent, is not given back to the pool. */
async function withSession<T>(pool: pg.Pool, watch: Watch, work: (ask: Ask) => Promise<T>): Promise<T> {
  if (pool.waitingCount >= pool.options.max * MOST_WAITING) throw unavailable();
  const client = await pool.connect().catch((error: unknown) => Promise.reject(unavailable(error)));
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

/** The one row; throws where there is none, which is a fault of the program. */
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

/** Several statements, as tools send them: the server takes them only as they stand. */
const isScript = ({ text, values }: Statement) => values.length === 0 && text.includes(';');

// A migration may stand in everybody's way for two seconds (lock-retry.ts); each of these is longer.
const serverTimeouts = (settings: PoolSettings) => ({
  statement_timeout: settings.statementTimeoutMs ?? 2_500,
  lock_timeout: settings.lockTimeoutMs ?? 2_250,
  idle_in_transaction_session_timeout: 10_000,
});

/** For the transaction that it is sent in. */
const setTimeouts = (settings: PoolSettings): Query => ({
  text: `select ${Object.entries(serverTimeouts(settings))
    .map(([name, milliseconds]) => `set_config('${name}', '${milliseconds}', true)`)
    .join(', ')}`,
  values: [],
});
