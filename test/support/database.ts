import { after } from 'node:test';
import { databaseUrl, onServer, startServer } from './server.ts';

let started: ReturnType<typeof startServer> | undefined;
let count = 0;
const drops: Promise<void>[] = [];

/** Who what is opened belongs to: a test, or the whole file. */
export type Owner = { after(close: () => unknown): void };

const closers: (() => unknown)[] = [];
export const wholeFile: Owner = { after: (close) => closers.push(close) };

type Options = { empty?: boolean; locale?: string };

/** A database for one test, or for a file; migrated unless `empty`, and dropped when the test is over. */
export async function createDatabase(
  t: Owner,
  { empty = false, locale }: Options = {},
): Promise<{ url: string; name: string }> {
  // A file that runs by itself, without the global set-up, brings its own server.
  if (!process.env['TEST_DATABASE_TEMPLATE']) await (started ??= startServer());
  const name = `skyfox_test_${process.pid}_${++count}`;
  const template = empty ? 'template0' : process.env['TEST_DATABASE_TEMPLATE'];
  const letters = locale && `encoding 'UTF8' locale_provider libc locale '${locale}'`;
  await onServer(`create database ${name} template ${template} ${letters ?? ''}`);
  // Hooks run in the order they were added, so what still uses the database is closed after this one.
  t.after(() => {
    drops.push(drop(name));
  });
  return { url: databaseUrl(name), name };
}

// Waits some seconds for connected clients, and then ends their connections.
const drop = (name: string) =>
  onServer(`drop database ${name}`).catch(() => onServer(`drop database if exists ${name} with (force)`));

after(async () => {
  for (const close of closers) await close();
  await Promise.all(drops);
  await (await started)?.stop();
});
