import { startServer } from './server.ts';

let server: Awaited<ReturnType<typeof startServer>> | undefined;

export async function globalSetup(): Promise<void> {
  server = await startServer();
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
