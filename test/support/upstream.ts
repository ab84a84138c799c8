import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Owner } from './database.ts';

export type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string };

/** A stand-in for the program behind nginx: remembers what reached it, and answers `{}` unless told otherwise. */
export async function startUpstream(
  t: Owner,
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    buffer(request).then(
      (body) => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body: body.toString() });
        answer(request, response);
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
