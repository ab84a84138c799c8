import type { Socket } from 'node:net';
import type { Log } from '../log.ts';
import { createClient } from './connection.ts';
import { hostOf, readTls } from './tls.ts';

/**
 * Warns about each remote host whose connection is not encrypted or not verified. `urls` has the names of
 * their settings as keys.
 */
export async function warnOfOpenWays(
  urls: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<void> {
  const warned = new Set<string>();
  for (const [name, url] of Object.entries(urls)) {
    if (url === undefined || isThisMachine(hostOf(url))) continue;
    const lack = await findLack(url);
    const words = `the connection to the database at ${hostOf(url)} ${lack}`;
    if (lack === undefined || warned.has(words)) continue;
    warned.add(words);
    log.warn(
      `${words}: add sslmode=verify-full&sslrootcert=FILE, the certificate of its authority, to ${name}`,
    );
  }
}

async function findLack(url: string): Promise<string | undefined> {
  const { encrypts, verifies } = readTls(url);
  const isOpen = encrypts === 'never' || (encrypts !== 'require' && (await isOpened(url)));
  if (isOpen) return 'is not encrypted';
  return verifies === 'nothing' ? 'is encrypted, but nothing proves that it is that server' : undefined;
}

const isThisMachine = (host: string) =>
  host === '' || host.startsWith('/') || /^(localhost|127(\.\d+){3}|::1)$/i.test(host);

/** Opens a connection to find out whether it is unencrypted. A failure to connect is reported elsewhere. */
async function isOpened(url: string): Promise<boolean> {
  const client = createClient(url, { application_name: 'skyfox', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { connection } = client as unknown as { connection: { stream: Socket & { encrypted?: boolean } } };
    return connection.stream.encrypted !== true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
