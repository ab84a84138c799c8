import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/embedded/embedded-database.ts';
import { migrate } from '../../src/database/migrations.ts';

const quiet = { info: () => {}, warn: console.warn };

/**
 * Sees to it that TEST_DATABASE_URL leads to a server and TEST_DATABASE_TEMPLATE names a migrated database on it.
 * Where TEST_DATABASE_URL is set already, that server is used, otherwise one of our own.
 */
export async function startServer(): Promise<{ stop(): Promise<void> }> {
  const own = process.env['TEST_DATABASE_URL'] ? undefined : await startOwn();
  if (own) process.env['TEST_DATABASE_URL'] = own.url;
  const template = `skyfox_template_${process.pid}`;
  await onServer(`drop database if exists ${template} with (force)`, `create database ${template}`);
  await migrate({ url: databaseUrl(template), log: quiet });
  process.env['TEST_DATABASE_TEMPLATE'] = template;
  return {
    stop: async () => {
      if (own) return own.stop();
      await onServer(`drop database if exists ${template} with (force)`);
    },
  };
}

async function startOwn() {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-test-'));
  const { url, stop } = await startEmbeddedDatabase({
    dataDir,
    log: quiet,
    // The files are thrown away afterwards, so nothing need reach the disk.
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300', log_lock_waits: 'off' },
  });
  return {
    url,
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs statements one by one, outside a transaction, in the server's first database. */
export async function onServer(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export function databaseUrl(name: string): string {
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  url.pathname = `/${name}`;
  return url.href;
}
