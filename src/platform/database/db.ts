import { createHash } from 'node:crypto';
import pg from 'pg';
import sqlTag, { type Sql as Statement } from 'sql-template-tag';
import { queryWithin, type Timeouts } from './bounded-query.ts';
import { createClients } from '../connecting/connection.ts';
import { createCursor, type Cursor } from './cursor.ts';
import { isLoss, toThrow } from './db-errors.ts';
import { refuseReplica } from './primary-only.ts';
import { writes } from './statement-kind.ts';
import { unavailable } from '../errors.ts';

export const sql = sqlTag;
export type { Statement };

/** Anything that runs a statement. Functions that only read take this. */
export type Sql = { run<Row>(statement: Statement): Promise<{ rows: Row[]; count: number }> };
declare const inTransaction: unique symbol;
/** An open transaction: what locks, or is one of several writes, asks for this. */
export type Tx = Sql & { readonly [inTransaction]: true };
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
  const begin = settings.pooled ? `begin; ${setLocal(settings)}` : 'begin';
  const prepared = !settings.pooled;
  const timeouts = settings.pooled ? serverTimeouts(settings) : undefined;
  const watch: Watch = {
    patienceMs: (settings.statementTimeoutMs ?? 2_500) + 400,
    slowMs: settings.slowMs ?? 500,
    onSlow: settings.onSlow ?? (() => {}),
    onStatement: settings.onStatement,
  };

  return {
    run: (statement) =>
      withSession(pool, watch, (ask) =>
        send(ask, statement, {
          prepared,
          timeouts: isScript(statement) ? undefined : timeouts,
          leavesBehind: writes(statement.text),
        }),
      ),
    transaction: (work) =>
      withSession(pool, watch, async (ask) => {
        await ask(begin);
        let wrote = false;
        const run = (statement: Statement) => {
          wrote ||= writes(statement.text);
          // Until COMMIT is sent it leaves nothing behind.
          return send(ask, statement, { prepared });
        };
        try {
          const result = await work({ run } as Tx);
          await commit(ask, wrote);
          return result;
        } catch (error) {
          // Where the connection is lost this fails too, and the server rolls back by itself.
          await ask('rollback').catch(() => undefined);
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
/** `leavesBehind`: what the server did of it stays, also where its answer is lost. */
type Sending = { timeouts?: Timeouts | undefined; leavesBehind?: boolean };
type Ask = (query: string | pg.QueryConfig, how?: Sending) => Promise<pg.QueryResult>;

/** Lends a connection for as long as `work` lasts; one that was lost, or is silent, is not given back to the pool. */
async function withSession<T>(pool: pg.Pool, watch: Watch, work: (ask: Ask) => Promise<T>): Promise<T> {
  if (pool.waitingCount >= pool.options.max * MOST_WAITING) throw unavailable();
  const client = await pool.connect().catch((error: unknown) => Promise.reject(unavailable(error)));
  let lost = false;
  const ask: Ask = async (query, { timeouts, leavesBehind = false } = {}) => {
    if (lost) throw unavailable();
    const timed = {
      ...(typeof query === 'string' ? { text: query } : query),
      query_timeout: watch.patienceMs,
    };
    const askedAt = performance.now();
    try {
      return await (timeouts ? queryWithin(client, timeouts, timed) : client.query(timed));
    } catch (error) {
      lost = isLoss(error);
      throw toThrow(error, { mayHaveHappened: leavesBehind });
    } finally {
      const tookMs = performance.now() - askedAt;
      watch.onStatement?.(timed.text, tookMs);
      if (tookMs >= watch.slowMs) watch.onSlow(timed.text, tookMs);
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

// Prepared once per connection under a name derived from the text, so that the name never meets another text.
const names = new Map<string, string>();
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url');
    names.set(text, name);
  }
  return name;
}

/** Several statements, as tools send them: the server takes them only as they stand. */
const isScript = ({ text, values }: Statement) => values.length === 0 && text.includes(';');

async function send<Row>(
  ask: Ask,
  { text, values }: Statement,
  { prepared, ...how }: Sending & { prepared: boolean },
) {
  const result = await ask(prepared ? { name: nameOf(text), text, values } : { text, values }, how);
  return { rows: result.rows as Row[], count: result.rowCount ?? 0 };
}

// A transaction that the server had already aborted answers COMMIT with ROLLBACK, not with an error.
async function commit(ask: Ask, leavesBehind: boolean): Promise<void> {
  const { command } = await ask('commit', { leavesBehind });
  if (command !== 'COMMIT') throw new Error(`COMMIT was answered by ${command}`);
}

// A migration may stand in everybody's way for two seconds (lock-retry.ts); each of these is longer.
const serverTimeouts = (settings: PoolSettings) => ({
  statement_timeout: settings.statementTimeoutMs ?? 2_500,
  lock_timeout: settings.lockTimeoutMs ?? 2_250,
  idle_in_transaction_session_timeout: 10_000,
});

const setLocal = (settings: PoolSettings) =>
  Object.entries(serverTimeouts(settings))
    .map(([name, milliseconds]) => `set local ${name} = ${milliseconds}`)
    .join('; ');
