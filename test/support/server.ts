import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/platform/embedded/embedded-database.ts';
import { migrate } from '../../src/platform/migrations/migrations.ts';
import { createClosing } from '../../src/platform/process/closing.ts';
import { startPgbouncer } from './pgbouncer.ts';
import { pgFolder, startPostgres } from './restorable-postgres.ts';

const quiet = { info: () => {}, warn: console.warn };

// Of a server whose files are thrown away afterwards, so that nothing need reach the disk.
const HASTY = { fsync: 'off', full_page_writes: 'off', max_connections: '300' };

/**
 * Sees to it that TEST_DATABASE_URL leads to a server and TEST_DATABASE_TEMPLATE names a migrated database on it; where
 * TEST_ON asks for a pooler, TEST_POOLER_URL to that. Where TEST_DATABASE_URL is set already, that server is used,
 * otherwise one of our own.
 */
export async function startServer(): Promise<{ stop(): Promise<void> }> {
  const on = (process.env['TEST_ON'] ?? '').split(',');
  const closing = createClosing();
  if (!process.env['TEST_DATABASE_URL']) {
    const start = on.includes('postgres15') ? startDebians : startEmbedded;
    process.env['TEST_DATABASE_URL'] = closing.owns(await start(), (own) => own.stop()).url;
  }
  const template = `skyfox_template_${process.pid}`;
  await onServer(`drop database if exists ${template} with (force)`, `create database ${template}`);
  closing.owns(template, () => onServer(`drop database if exists ${template} with (force)`));
  await migrate({ url: databaseUrl(template), log: quiet });
  process.env['TEST_DATABASE_TEMPLATE'] = template;
  if (on.includes('pgbouncer')) {
    const bouncer = await startPgbouncer({ serverUrl: databaseUrl(template), poolSize: 8 });
    closing.owns(bouncer, (started) => started.stop());
    process.env['TEST_POOLER_URL'] = bouncer.url;
  }
  return { stop: () => closing.close() };
}

type Own = { url: string; stop(): Promise<void> };

async function startEmbedded(): Promise<Own> {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-test-'));
  // By TCP, as production's are reached, since proxies and containers of tests stand between.
  const settings = { ...HASTY, log_lock_waits: 'off', unix_socket_directories: '' };
  const { url, stop } = await startEmbeddedDatabase({ dataDir, log: quiet, settings });
  return {
    url,
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function startDebians(): Promise<Own> {
  const folder = await pgFolder();
  const { url, stop } = await startPostgres(join(folder, 'data'), HASTY);
  return {
    url: url('postgres'),
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
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

export const databaseUrl = (name: string) => toDatabase(process.env['TEST_DATABASE_URL'] ?? '', name);

/** What the program is told of a database: the way to it, which may lead through a pooler. */
export function databaseSettings(url: string): Record<string, string> {
  const pooler = process.env['TEST_POOLER_URL'];
  if (pooler === undefined) return { DATABASE_URL: url };
  return { DATABASE_URL: toDatabase(pooler, new URL(url).pathname.slice(1)), DATABASE_DIRECT_URL: url };
}

function toDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
