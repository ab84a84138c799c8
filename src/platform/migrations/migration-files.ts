import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The migrations of this program. */
export const ownFolder = fileURLToPath(new URL('../../../supabase/migration', import.meta.url));

/** The names of a folder's migrations, in order: `000022_our_invariants`. */
export async function migrationNames(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.up.sql'))
    .map((file) => file.slice(0, -'.up.sql'.length))
    .toSorted();
}

/** The statements of a migration. */
export const readMigration = (folder: string, name: string, direction: 'up' | 'down'): Promise<string> =>
  readFile(join(folder, `${name}.${direction}.sql`), 'utf8');

export const numberOf = (name: string) => Number.parseInt(name, 10);

/** The number of the last of these migrations; 0 where there is none. */
export const versionOf = (names: readonly string[]) => numberOf(names.at(-1) ?? '0');
