import { StartFault } from '../platform/errors.ts';
import type { App } from './http.ts';

/** Opens the port. Throws a StartFault that says what to do where that cannot be. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await app.listen({ host, port });
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
