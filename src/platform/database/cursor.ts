import type pg from 'pg';
import PgCursor from 'pg-cursor';
import type { Sql as Statement } from 'sql-template-tag';
import { toThrow } from './db-errors.ts';
import type { Lend } from './lend.ts';
import { unavailable } from '../errors.ts';

export type Cursor<Row> = {
  /** The next rows, each an array of its columns; fewer than asked for only at the end. One read at a time. */
  read(count: number): Promise<Row[]>;
  /**
   * Ends the statement at any point and gives up its connection. A reader that stops before the end must call
   * it.
   */
  close(): Promise<void>;
};

// No statement time-out: a slow reader is not a runaway statement. Compiling does not pay off for a report.
const BEGIN = `
  begin read only;
  set local statement_timeout = 0;
  set local jit = off;
  set local datestyle = iso;
  select pg_backend_pid() as pid`;

/**
 * Reads the rows of a statement on demand, on one connection from the first read to the last. A server that is silent for
 * `patienceMs` before the first row, or when it should cancel the statement, is given up.
 */
export function createCursor<Row>(lend: Lend, { text, values }: Statement, patienceMs: number): Cursor<Row> {
  let session: Promise<Session> | undefined;
  let reading = false;
  let over = false;

  async function read(count: number): Promise<Row[]> {
    session ??= open(lend, new PgCursor(text, values, { rowMode: 'array' }), patienceMs);
    const { client, rows } = await session;
    const read = (await rows.read(count)) as Row[];
    if (read.length < count) {
      const commit = { text: 'commit', query_timeout: patienceMs };
      await client.query(commit);
      end(await session);
    }
    return read;
  }

  function end({ client }: Session, lost = false): void {
    if (over) return;
    over = true;
    client.off('error', ignore);
    client.release(lost);
  }

  return {
    async read(count) {
      if (over) return [];
      reading = true;
      try {
        return await read(count);
      } catch (error) {
        void session?.then((opened) => end(opened, true), ignore);
        throw toThrow(error);
      } finally {
        reading = false;
      }
    },
    async close() {
      const opened = await session?.catch(ignore);
      if (!opened || over) return;
      // A busy server does not notice that its client has gone.
      if (reading) await cancel(lend, opened.pid, patienceMs).catch(ignore);
      end(opened, true);
    },
  };
}

type Session = { client: pg.PoolClient; pid: number; rows: PgCursor };

async function open(lend: Lend, rows: PgCursor, patienceMs: number): Promise<Session> {
  const client = await lend().catch((error: unknown) => Promise.reject(unavailable(error)));
  try {
    const begin = { text: BEGIN, query_timeout: patienceMs };
    const results = (await client.query(begin)) as unknown as pg.QueryResult<{ pid: number }>[];
    // Between two reads nothing else listens for the loss of the connection; the next read fails.
    client.on('error', ignore);
    return { client, pid: results.at(-1)?.rows[0]?.pid ?? 0, rows: client.query(rows) };
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function cancel(lend: Lend, pid: number, patienceMs: number): Promise<void> {
  const client = await lend();
  let lost = true;
  try {
    const query = { text: 'select pg_cancel_backend($1)', values: [pid], query_timeout: patienceMs };
    await client.query(query);
    lost = false;
  } finally {
    client.release(lost);
  }
}

const ignore = () => undefined;
