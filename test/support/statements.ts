import pg from 'pg';

/** How many lines a statement may have as it is sent, once its parts are put together (decision 72). */
const MOST_LINES = 40;

type Line = { parse(query: { text: string; name?: string }, more?: boolean): void };
const { prototype } = (pg as unknown as { Connection: { prototype: Line } }).Connection;
// oxlint-disable-next-line unbound-method -- called on its own connection
const parse = prototype.parse;
const sent = new Set<string>();
// Of pools, transactions and cursors; not scripts. Without a name are those of a pooler's, as a test's own pool is.
prototype.parse = function keepAndParse(query, more) {
  if (query.name !== '') sent.add(query.text);
  parse.call(this, query, more);
};

/** The statements that this process has sent so far, each once. */
export const sentStatements = (): readonly string[] => [...sent];

export const linesOf = (text: string): number => text.split('\n').filter((line) => line.trim() !== '').length;

/** Those that nobody reads in one look. */
export const longStatements = (): string[] => [...sent].filter((text) => linesOf(text) > MOST_LINES);
