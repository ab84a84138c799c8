import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { migrate, type MigrateOptions } from '../../src/platform/migrations/migrations.ts';
import { createDatabase } from './database.ts';

const describe = readFileSync(new URL('../platform/migrations/schema/describe.sql', import.meta.url), 'utf8');

/** An empty database with the verbs that tests of migrations need. */
export async function emptyDatabase(t: TestContext) {
  const { url } = await createDatabase(t, { empty: true });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  t.after(() => client.end());
  const said: string[] = [];
  const log = { info: (text: string) => void said.push(text), warn: (text: string) => void said.push(text) };
  const run = async (statements: string) => {
    await client.query(statements);
  };

  return {
    url,
    /** What the migrations wrote to the log. */
    said,
    run,
    rows: async <Row extends object>(statement: string) => (await client.query<Row>(statement)).rows,
    up: (to?: number, more: Partial<MigrateOptions> = {}) =>
      migrate({ url, log, ...(to === undefined ? {} : { to }), ...more }),
    down: (to: number, more: Partial<MigrateOptions> = {}) =>
      migrate({ url, log, direction: 'down', to, ...more }),
    schema: async () => (await client.query<{ line: string }>(describe)).rows.map((row) => row.line),
    /** Makes the database look as golang-migrate would have left it. */
    leaveToReference: (version: number, dirty = false) =>
      run(`
        drop table if exists pgmigrations;
        create table schema_migrations (version bigint not null primary key, dirty boolean not null);
        insert into schema_migrations values (${version}, ${dirty})`),
  };
}

export type Step = { number: number; name: string; gone: string[]; added: string[] };

/** What each of the reference's migrations changes in the schema. */
export function readSteps(): Step[] {
  const text = readFileSync(new URL('../platform/migrations/schema/steps.txt', import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n\n')
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n');
      const marked = (mark: string) =>
        lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
      return {
        number: Number.parseInt(title, 10),
        name: title.slice(3),
        gone: marked('- '),
        added: marked('+ '),
      };
    });
}
