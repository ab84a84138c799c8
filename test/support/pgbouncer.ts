import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/platform/process/free-port.ts';
import { eventually, isOpen } from './eventually.ts';

type Options = {
  serverUrl: string;
  /** Connections to the server for each database, which all its clients share. */
  poolSize: number;
  /** After which a connection to the server that nobody uses is given up. */
  idleSeconds?: number;
  /** Shown to clients, who then may encrypt. */
  certificate?: { cert: string; key: string };
};
export type Pgbouncer = {
  /** The way through it to the database that `serverUrl` names; any other of the server has its own path. */
  url: string;
  stop(): Promise<void>;
};

/** Debian's pgbouncer in transaction mode before all databases of a server. */
export async function startPgbouncer({
  serverUrl,
  poolSize,
  idleSeconds = 2,
  certificate,
}: Options): Promise<Pgbouncer> {
  const { hostname, port: serverPort, username, password, pathname } = new URL(serverUrl);
  const dir = await mkdtemp(join(tmpdir(), 'skyfox-pgbouncer-'));
  await chmod(dir, 0o777);
  const port = await freePort();
  const file = join(dir, 'pgbouncer.ini');
  const auth = `user=${username}${password ? ` password=${decodeURIComponent(password)}` : ''}`;
  // Idle connections are soon given up, as a test's database cannot be dropped while there are any.
  const config = `[databases]
* = host=${hostname} port=${serverPort} ${auth}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 2000
server_idle_timeout = ${idleSeconds}
${await tlsLines(dir, certificate)}
`;
  await writeFile(file, config, { mode: 0o644 });
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const bouncer = spawn('/usr/sbin/pgbouncer', ['-q', ...asUser, file], { stdio: 'ignore' });
  const exited = once(bouncer, 'exit');
  await eventually('pgbouncer listens', () => isOpen(port));
  return {
    url: `postgresql://${username}:x@127.0.0.1:${port}${pathname}?pgbouncer=true`,
    async stop() {
      // At once: clients that are still connected had time to finish.
      bouncer.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function tlsLines(dir: string, certificate: Options['certificate']): Promise<string> {
  if (!certificate) return '';
  for (const [name, text] of Object.entries(certificate)) {
    // Read by the user nobody.
    await writeFile(join(dir, name), text, { mode: 0o644 });
  }
  return `client_tls_sslmode = require\nclient_tls_cert_file = ${dir}/cert\nclient_tls_key_file = ${dir}/key`;
}
