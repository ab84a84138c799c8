import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names in the schema public of what migrations make, whether or not it is there (still). */
export type Objects = { relations: string[]; functions: string[] };

// What the two runners of migrations note there is nobody else's business either.
const BOOKS = ['pgmigrations', 'schema_migrations'];
const MAKES =
  /\bcreate\s+(?:or\s+replace\s+)?(?:unlogged\s+|materialized\s+)*(table|view|sequence|function|procedure)\s+(?:if\s+not\s+exists\s+)?(?:public\.)?"?(\w+)/gi;

/** Read from the files themselves, so that none can be forgotten; test/platform/migrations/privileges.test.ts sees that none is. */
export async function objectsOf(folder: string, migrations: readonly string[]): Promise<Objects> {
  const files = migrations.map((name) => readFile(join(folder, `${name}.up.sql`), 'utf8'));
  const statements = (await Promise.all(files)).join('\n').replaceAll(/--.*$/gm, '');
  const made = [...statements.matchAll(MAKES)].map(([, kind = '', name = '']) => ({
    isRoutine: /^(function|procedure)$/i.test(kind),
    name: name.toLowerCase(),
  }));
  const named = (isRoutine: boolean) =>
    made.filter((object) => object.isRoutine === isRoutine).map(({ name }) => name);
  return { relations: [...BOOKS, ...named(false)], functions: named(true) };
}
