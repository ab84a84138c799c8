import { createHash } from 'node:crypto';
import type pg from 'pg';
import sql, { type Sql as Statement } from 'sql-template-tag';
import type { Query } from './message.ts';
import { writes } from './statement-kind.ts';

/** Anything that runs a statement. Functions that only read take this type. */
export type Sql = { run<Row>(statement: Statement): Promise<{ rows: Row[]; count: number }> };
declare const inTransaction: unique symbol;
declare const inLastMessage: unique symbol;
/**
 * An open transaction. A function that locks, or makes one of several writes, takes this type. Statements
 * that start together, as in one Promise.all, travel in one message and run in that order; the first message
 * also carries BEGIN.
 */
export type Tx = Sql & {
  readonly [inTransaction]: true;
  /** The transaction for its last statements, which must start together and carry COMMIT along. */
  readonly last: LastTx;
};
/**
 * The last message of a transaction. An error that is thrown after it rolls nothing back, so a function takes
 * this type only if it is one statement that writes nothing where it does not do its work.
 */
export type LastTx = Sql & { readonly [inLastMessage]: true };
/** For a function whose statement may be in any message of a transaction, the last included. */
export type AnyTx = Tx | LastTx;

/** Sends statements in one message, or a script. `mayHaveHappened`: it leaves something behind even if its answer is lost. */
export type Ask = (
  queries: readonly Query[] | string,
  mayHaveHappened?: boolean,
) => Promise<pg.QueryResult[]>;

export const BEGIN = sql`begin`;
export const BEGIN_SNAPSHOT = sql`begin isolation level repeatable read read only`;
const COMMIT = sql`commit`;
type QueuedStatement = {
  statement: Statement;
  resolve: (result: { rows: never[]; count: number }) => void;
  reject: (error: unknown) => void;
};

/**
 * BEGIN goes with the first message, COMMIT with the last one or alone. A transaction without statements
 * sends nothing.
 */
export function createTransaction(
  ask: Ask,
  { prepared, begin }: { prepared: boolean; begin: readonly Query[] },
) {
  let state: 'new' | 'open' | 'over' = 'new';
  let wrote = false;
  let queued: QueuedStatement[] = [];
  let isLast = false;

  async function send(statements: readonly Statement[], commits: boolean) {
    if (state === 'over') throw new Error('the transaction is over');
    wrote ||= statements.some(({ text }) => writes(text));
    const before = state === 'new' ? begin : [];
    state = 'open';
    const sent = [...statements, ...(commits ? [COMMIT] : [])].map((statement) =>
      queryOf(statement, prepared),
    );
    const results = (await ask([...before, ...sent], commits && wrote)).slice(before.length);
    if (!commits) return results;
    state = 'over';
    // A transaction that the server had already aborted answers COMMIT with ROLLBACK, not with an error.
    const command = results.at(-1)?.command;
    if (command !== 'COMMIT') throw new Error(`COMMIT was answered by ${command}`);
    return results;
  }

  function flush(): void {
    const [now, commits] = [queued, isLast];
    queued = [];
    send(
      now.map(({ statement }) => statement),
      commits,
    ).then(
      (results) => now.forEach(({ resolve }, i) => resolve(rowsOf(results[i]))),
      (error: unknown) => now.forEach(({ reject }) => reject(error)),
    );
  }

  const run = <Row>(statement: Statement, commits: boolean) =>
    new Promise<{ rows: Row[]; count: number }>((resolve, reject) => {
      if (queued.length === 0) queueMicrotask(flush);
      isLast ||= commits;
      queued.push({ statement, resolve, reject });
    });
  const last = { run: (statement: Statement) => run(statement, true) } as LastTx;
  return {
    tx: { run: (statement: Statement) => run(statement, false), last } as Tx,
    commit: async () => state === 'open' && (await send([], true)),
    async rollback() {
      const wasOpen = state === 'open';
      // A statement that starts from now on would run outside the transaction.
      state = 'over';
      // If the connection is lost this fails too, and the server rolls back by itself.
      if (wasOpen) await ask('rollback').catch(() => undefined);
    },
  };
}

// Prepared once per connection under a name derived from the text, so that the name never meets another text.
const names = new Map<string, string>();
function nameOf(text: string): string {
  // These have readable names, so a trace of the network can be read.
  if (text === BEGIN.text || text === COMMIT.text) return text;
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url');
    names.set(text, name);
  }
  return name;
}

export const queryOf = ({ text, values }: Statement, prepared: boolean): Query =>
  prepared ? { name: nameOf(text), text, values } : { text, values };

export const rowsOf = <Row>(result: pg.QueryResult | undefined) => ({
  rows: (result?.rows ?? []) as Row[],
  count: result?.rowCount ?? 0,
});
