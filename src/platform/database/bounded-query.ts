import pg from 'pg';

/** Milliseconds by the name of the server's setting. */
export type Timeouts = Readonly<Record<string, number>>;
type Answered = (error: Error | null, results: pg.QueryResult | pg.QueryResult[]) => void;
type Bounded = { text: string; values?: unknown[]; query_timeout: number };

/**
 * Runs a statement by itself behind a transaction pooler, on whose connections no setting may stay: its time-outs go
 * before it in the same message, and hold for the transaction that the server makes of both. It costs no round trip.
 */
export function queryWithin(client: pg.ClientBase, timeouts: Timeouts, bounded: Bounded) {
  return new Promise<pg.QueryResult>((resolve, reject) => {
    const { text, values, query_timeout } = bounded;
    const query = new pg.Query({ text, values: values ?? [], queryMode: 'extended' } as pg.QueryConfig);
    const submit = query.submit.bind(query);
    query.submit = (connection) => {
      connection.stream.cork();
      sendTimeouts(connection, timeouts);
      // Unlike what its type says, it gives what was wrong with the query.
      const fault = submit(connection);
      connection.stream.uncork();
      return fault;
    };
    const callback: Answered = (error, results) => {
      if (error) reject(error);
      // The first result is that of the time-outs.
      else resolve([results].flat().at(-1) as pg.QueryResult);
    };
    client.query(Object.assign(query, { callback, query_timeout }));
  });
}

function sendTimeouts(connection: pg.Connection, timeouts: Timeouts): void {
  const settings = Object.entries(timeouts).map(
    ([name, milliseconds]) => `set_config('${name}', '${milliseconds}', true)`,
  );
  connection.parse({ name: '', text: `select ${settings.join(', ')}`, types: [] }, true);
  connection.bind({ portal: '', statement: '', values: [] }, true);
  connection.describe({ type: 'P', name: '' }, true);
  connection.execute({ portal: '' }, true);
}
