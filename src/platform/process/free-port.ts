import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Above 10080, which fetch and browsers refuse, and below the ports that a system gives to connections and
// to servers that ask for any port (Linux: from 32768).
const FIRST_PORT = 11_000;
const LAST_PORT = 32_000;

/** A port of this machine that is free, and below those that the system gives to connections by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '0.0.0.0');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
