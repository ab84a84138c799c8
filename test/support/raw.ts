import { connect } from 'node:net';

export type RawAnswer = {
  status: number;
  head: string;
  body: string;
  /** All that came, were it several answers. */
  text: string;
  ms: number;
};

type Options = {
  /** Hangs up after so long, with what has come. */
  patienceMs?: number;
  /** More to send after the first part, a piece every so many milliseconds. */
  dribble?: { piece: string; everyMs: number };
};

/** Sends bytes as they stand and reads until the other side hangs up. */
export function raw(
  port: number,
  bytes: string,
  { patienceMs = 5_000, dribble }: Options = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const parts: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    const sending = dribble && setInterval(() => socket.write(dribble.piece), dribble.everyMs);
    const patience = setTimeout(() => socket.destroy(), patienceMs);
    socket.on('data', (part) => parts.push(part));
    // A reset is an end like another here: what came before it is what counts.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearInterval(sending);
      clearTimeout(patience);
      const text = Buffer.concat(parts).toString('latin1');
      const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
      const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(text)?.[1] ?? 0);
      resolve({ status, head, body, text, ms: performance.now() - startedAt });
    });
  });
}

/** A request with a Host that asks for the connection to be closed. */
export const request = (method: string, target: string, headers: readonly string[] = [], body = '') =>
  [`${method} ${target} HTTP/1.1`, 'Host: test', 'Connection: close', ...headers, '', body].join('\r\n');
