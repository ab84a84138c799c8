import { StartFault } from '../platform/errors.ts';
import type { App } from './http.ts';

// Node's own 511 overflow when thousands come in the same moment; the kernel then lets some wait for many seconds and
// resets others. It takes no more than net.core.somaxconn, which is 4096 on Linux.
const BACKLOG = 4_096;

/** Opens the port. Throws a StartFault that says what to do where that cannot be. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await app.listen({ host, port, backlog: BACKLOG });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartFault(
        `port ${port} is taken on ${host}: stop what listens there, or set PORT=${port + 1}`,
        error,
      );
    }
    if (code === 'EACCES') {
      throw new StartFault(
        `port ${port} needs more rights than this user has: set PORT to 1024 or more`,
        error,
      );
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartFault(
        `HOST=${host} is no address of this machine: set HOST=127.0.0.1 or 0.0.0.0`,
        error,
      );
    }
    throw error;
  }
}
