import { numberOf, migrationNames, ownFolder } from './migration-files.ts';
import { readHistory } from './migration-history.ts';
import { withSession } from './migration-session.ts';

export type MigrationStatus = {
  migrations: { name: string; done: boolean }[];
  /** Done by a newer program. */
  unknown: string[];
  reference: { version: number; dirty: boolean } | undefined;
};

/** Which migrations the database has; changes nothing. Throws a StartFault where it cannot be reached. */
export async function migrationStatus(url: string, folder = ownFolder): Promise<MigrationStatus> {
  const names = await migrationNames(folder);
  return withSession(url, { info: () => {}, warn: () => {} }, async (client) => {
    const { done, reference, adopted } = await readHistory(client);
    const toAdopt = reference && reference.version > adopted ? reference.version : 0;
    return {
      migrations: names.map((name) => ({ name, done: done.includes(name) || numberOf(name) <= toAdopt })),
      unknown: done.filter((name) => !names.includes(name)),
      reference,
    };
  });
}
