import pg from 'pg';

/** A statement; prepared once per connection under its name, where it has one. */
export type Query = { text: string; values: unknown[]; name?: string };
/** The driver's state of a connection and its conversion of values; the driver has no types for either. */
type Line = pg.Connection & { parsedStatements: Record<string, string> };
const { utils } = pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } };

/**
 * Sends statements in one message, for one round trip. The server runs them in order up to the first failure
 * and skips the rest. Without a BEGIN they are one transaction.
 */
export function sendMessage(
  client: pg.ClientBase,
  queries: readonly Query[],
  patienceMs: number,
): Promise<pg.QueryResult[]> {
  return new Promise((resolve, reject) => {
    const message = new pg.Query({ text: '', queryMode: 'extended' } as pg.QueryConfig);
    message.submit = (connection) => write(connection as Line, queries);
    const callback = (error: Error | null, results: pg.QueryResult | pg.QueryResult[]) => {
      if (error) reject(error);
      else resolve([results].flat());
    };
    client.query(Object.assign(message, { callback, query_timeout: patienceMs }));
  });
}

function write(line: Line, queries: readonly Query[]): void {
  const parsing: (Query & { name: string })[] = [];
  line.stream.cork();
  for (const query of queries) {
    const { text, values, name = '' } = query;
    const isParsed =
      line.parsedStatements[name] !== undefined || parsing.some((other) => other.name === name);
    if (name === '' || !isParsed) {
      line.parse({ name, text, types: [] }, true);
      parsing.push({ ...query, name });
    }
    line.bind(
      { portal: '', statement: name, values, valueMapper: utils.prepareValue } as pg.BindConfig,
      true,
    );
    line.describe({ type: 'P', name: '' }, true);
    line.execute({ portal: '' }, true);
  }
  line.sync();
  line.stream.uncork();
  rememberParsed(line, parsing);
}

/** The server keeps a prepared statement even if a later statement fails. */
function rememberParsed(line: Line, parsing: (Query & { name: string })[]): void {
  if (parsing.length === 0) return;
  const onParsed = () => {
    const query = parsing.shift();
    if (query && query.name !== '') line.parsedStatements[query.name] = query.text;
  };
  line.on('parseComplete', onParsed);
  line.once('readyForQuery', () => line.off('parseComplete', onParsed));
}

/**
 * Sends several statements in one text without values. They are one transaction unless the text says
 * otherwise.
 */
export async function sendScript(client: pg.ClientBase, text: string, patienceMs: number) {
  const results = await client.query({ text, query_timeout: patienceMs } as pg.QueryConfig);
  return [results].flat();
}
