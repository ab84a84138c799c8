import { connect, type Socket } from 'node:net';

export type Reply = {
  status: number;
  /** The code of a refusal, else the status as text. */
  code: string;
  text: string;
  retryAfterSeconds: number;
};
type Ask = {
  as: { token: string };
  body?: object | undefined;
  headers?: Readonly<Record<string, string>>;
};
export type Connection = {
  /** One after the other. Rejects where the line breaks or nothing comes within half a minute. */
  ask(method: string, path: string, ask: Ask): Promise<Reply>;
  /** Of this end, while it is open. */
  port(): number | undefined;
  close(): void;
};

const PATIENCE_MS = 30_000;
const END_OF_HEAD = '\r\n\r\n';

/**
 * A client of little more than a socket, which stays open: thousands of Node's own would take more of the machine than
 * what they ask. Understands answers with a Content-Length, which all of ours have but streams.
 */
export function openConnection(base: string): Connection {
  const { hostname, port, host } = new URL(base);
  const head = `Host: ${host}\r\nContent-Type: application/json\r\n`;
  let socket: Socket | undefined;
  let waiting: PromiseWithResolvers<Reply> | undefined;

  const open = () => {
    let arrived = '';
    const opened = connect(Number(port), hostname)
      .setEncoding('latin1')
      .setNoDelay(true)
      .setTimeout(PATIENCE_MS);
    const end = (error: Error) => {
      opened.destroy();
      if (socket !== opened) return;
      socket = undefined;
      waiting?.reject(error);
      waiting = undefined;
    };
    opened.on('error', end);
    opened.on('close', () => end(new Error('the line was closed')));
    // A client that is idle for so long hangs up too, before the server does.
    opened.on('timeout', () => end(new Error(`no answer within ${PATIENCE_MS / 1_000} seconds`)));
    opened.on('data', (part: string) => {
      arrived += part;
      const reply = readReply(arrived);
      if (reply === undefined) return;
      arrived = '';
      waiting?.resolve(reply);
      waiting = undefined;
    });
    return opened;
  };

  return {
    ask(method, path, { as, body, headers = {} }) {
      waiting = Promise.withResolvers<Reply>();
      const { promise } = waiting;
      socket ??= open();
      const text = body ? JSON.stringify(body) : '';
      const more = Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('');
      const length = body ? `Content-Length: ${Buffer.byteLength(text)}\r\n` : '';
      socket.write(
        `${method} ${path} HTTP/1.1\r\n${head}Authorization: Bearer ${as.token}\r\n${more}${length}\r\n${text}`,
      );
      return promise;
    },
    port: () => socket?.localPort,
    close() {
      waiting = undefined;
      socket?.destroy();
    },
  };
}

/** Nothing until all of it has arrived. */
function readReply(arrived: string): Reply | undefined {
  const endOfHead = arrived.indexOf(END_OF_HEAD);
  if (endOfHead < 0) return undefined;
  const head = arrived.slice(0, endOfHead);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  const text = arrived.slice(endOfHead + END_OF_HEAD.length);
  if (text.length < length) return undefined;
  const status = Number(head.slice(9, 12));
  const code = status < 400 ? String(status) : (/"code":"(\w+)"/.exec(text)?.[1] ?? String(status));
  return {
    status,
    code,
    text: Buffer.from(text, 'latin1').toString(),
    retryAfterSeconds: Number(/^retry-after: *(\d+)/im.exec(head)?.[1] ?? 0),
  };
}
