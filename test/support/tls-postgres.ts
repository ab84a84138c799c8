import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/platform/embedded/embedded-database.ts';
import { authority, client, elsewhere, here, otherAuthority } from './certificates.ts';
import type { Owner } from './database.ts';
import { eventually } from './eventually.ts';

type Manner = {
  /** Whose certificate it shows; none, and it cannot encrypt. */
  shows?: keyof typeof SHOWN;
  /** Lines of pg_hba.conf. */
  admits?: string;
};
const SHOWN = { here, elsewhere };
const ANYHOW = 'host all all all scram-sha-256';

/** A PostgreSQL whose manner with encryption a test changes while it runs, and files for its clients. */
export async function startTlsPostgres(t: Owner) {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-tls-'));
  const quiet = { info: () => {}, warn: () => {} };
  // A connection by a socket is never encrypted.
  const settings = { unix_socket_directories: '' };
  const server = await startEmbeddedDatabase({ dataDir, log: quiet, settings });
  // Open from before, so that no manner shuts it out.
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  t.after(async () => {
    await admin.end();
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  const cluster = join(dataDir, 'postgres');
  const { uid, gid } = await stat(cluster);
  const put = async (name: string, text: string) => {
    await writeFile(join(cluster, name), text, { mode: 0o600 });
    await chown(join(cluster, name), uid, gid);
  };
  for (const [name, { cert, key }] of Object.entries(SHOWN)) {
    await put(`${name}.pem`, cert);
    await put(`${name}.key`, key);
  }
  await put('authority.pem', authority);

  const file = async (name: string, text: string) => {
    const path = join(dataDir, name);
    await writeFile(path, text);
    return path;
  };
  return {
    url: server.url,
    files: {
      authority: await file('authority.pem', authority),
      other: await file('other.pem', otherAuthority),
      nonsense: await file('nonsense.pem', 'no certificate'),
      cert: await file('client.pem', client.cert),
      key: await file('client.key', client.key),
    },
    async behaves({ shows, admits = ANYHOW }: Manner): Promise<void> {
      const settings = {
        ssl: shows === undefined ? 'off' : 'on',
        ssl_cert_file: `${shows ?? 'here'}.pem`,
        ssl_key_file: `${shows ?? 'here'}.key`,
        ssl_ca_file: 'authority.pem',
      };
      await put('pg_hba.conf', `${admits}\n`);
      for (const [name, value] of Object.entries(settings)) {
        await admin.query(`alter system set ${name} = '${value}'`);
      }
      await admin.query('select pg_reload_conf()');
      // The server's first process reads them a moment after, and opens sessions by what it has read.
      await eventually('the server has read its files', async () => {
        const { rows } = await admin.query<{ name: string; setting: string }>(
          `select name, setting from pg_settings where name = any ($1)`,
          [Object.keys(settings)],
        );
        const { rows: rules } = await admin.query('select from pg_hba_file_rules where error is not null');
        return rules.length === 0 && rows.every(({ name, setting }) => settings[name as 'ssl'] === setting);
      });
    },
  };
}
