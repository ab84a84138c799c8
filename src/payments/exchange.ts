import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** `text` is undefined where the body was longer than we read. */
export type Answer = { status: number; text: string | undefined };
export type Posting = {
  url: URL;
  headers: OutgoingHttpHeaders;
  body: string;
  /** The signal that the connection was opened with. */
  signal: AbortSignal;
  /** The last check before the first byte is sent. */
  mayBeSent: () => boolean;
};

const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Posts `body` over `socket`, closes it, and returns the whole answer; undefined if `mayBeSent` forbade it.
 * Throws when the connection is cut, the answer is not HTTP, or `signal` fires. If it throws after the check,
 * the gateway may have carried the request out.
 */
export async function post(
  socket: Socket,
  { url, headers, body, signal, mayBeSent }: Posting,
): Promise<Answer | undefined> {
  try {
    const asking = request({
      method: 'POST',
      path: url.pathname + url.search,
      headers: { host: url.host, 'content-length': Buffer.byteLength(body), ...headers },
      createConnection: () => socket,
    });
    asking.on('error', () => {});
    // Node assigns the connection in a later tick. After that, end() writes to it before it returns.
    await once(asking, 'socket', { signal });
    if (!mayBeSent()) return undefined;
    asking.end(body);
    const response = await Promise.race([answered(asking, signal), closed(asking, signal)]);
    return { status: response.statusCode ?? 0, text: await read(response) };
  } finally {
    socket.destroy();
  }
}

async function answered(asking: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const [response] = await once(asking, 'response', { signal });
  return response;
}

/** Some connections end (after an answer 101, for example) with only `close`, without an error. */
async function closed(asking: ClientRequest, signal: AbortSignal): Promise<never> {
  await once(asking, 'close', { signal });
  throw new Error('The connection was closed without an answer');
}

/** The body as text. Throws if it ends early. */
async function read(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
