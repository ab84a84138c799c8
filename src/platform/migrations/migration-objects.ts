import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationNames, ownFolder } from './migration-files.ts';

/** Names in the schema public of all that migrations make. Some of it a later migration may have dropped. */
export type Objects = { relations: string[]; functions: string[] };

// The two runners' own tables.
const RUNNERS_TABLES = ['pgmigrations', 'schema_migrations'];
const MAKES =
  /\bcreate\s+(?:or\s+replace\s+)?(?:unlogged\s+|materialized\s+)*(table|view|sequence|function|procedure)\s+(?:if\s+not\s+exists\s+)?(?:public\.)?"?(\w+)/gi;

/** Read from the files, so that none is forgotten (test/platform/migrations/privileges.test.ts). */
export async function objectsOf(folder: string, migrations: readonly string[]): Promise<Objects> {
  const files = migrations.map((name) => readFile(join(folder, `${name}.up.sql`), 'utf8'));
  const statements = (await Promise.all(files)).join('\n').replaceAll(/--.*$/gm, '');
  const made = [...statements.matchAll(MAKES)].map(([, kind = '', name = '']) => ({
    isRoutine: /^(function|procedure)$/i.test(kind),
    name: name.toLowerCase(),
  }));
  const named = (isRoutine: boolean) =>
    made.filter((object) => object.isRoutine === isRoutine).map(({ name }) => name);
  return { relations: [...RUNNERS_TABLES, ...named(false)], functions: named(true) };
}

/** What the migrations of this program make. */
export const ownObjects = async (): Promise<Objects> => objectsOf(ownFolder, await migrationNames(ownFolder));
