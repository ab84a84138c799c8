import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartFault } from '../errors.ts';
import type { App } from './http.ts';

// Node's default of 511 overflows when thousands of clients connect at once; the kernel then delays some for
// seconds and resets others. The kernel's limit is net.core.somaxconn, 4096 on Linux.
const BACKLOG = 4_096;

type Address = { host: string; port: number };

/** Opens the port. Throws a StartFault that says what to do if it cannot be opened. */
export async function listen(app: App, address: Address): Promise<void> {
  await app.listen({ ...address, backlog: BACKLOG }).catch((error: unknown) => {
    throw portFault(error, address);
  });
}

/** Throws a StartFault where the port cannot be opened, before a start has changed anything. */
export async function checkPort(address: Address): Promise<void> {
  const server = createServer().listen(address);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw portFault(error, address);
  }
  server.close();
  await once(server, 'close');
}

function portFault(error: unknown, { host, port }: Address): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new StartFault(
        `port ${port} is taken on ${host}: stop what listens there, or set PORT=${port + 1}`,
        error,
      );
    case 'EACCES':
      return new StartFault(
        `port ${port} needs more rights than this user has: set PORT to 1024 or more`,
        error,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartFault(
        `HOST=${host} is no address of this machine: set HOST=127.0.0.1 or 0.0.0.0`,
        error,
      );
    default:
      return error;
  }
}
