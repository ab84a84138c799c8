import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { headersTooLarge, invalidRequest, requestTimeout, type Refusal } from '../errors.ts';
import type { Edge } from './edge.ts';

export type UnreadableError = Error & { code?: string };

// A client that has been answered may read that for so long. One that never closes its side would keep the connection.
const LINGER_MS = 2_000;

export const isTimeout = ({ code }: UnreadableError) => code === 'ERR_HTTP_REQUEST_TIMEOUT';

export type Refuser = {
  /** For requests that Node's parser rejects (smuggling, overlong headers). */
  unreadable: (error: UnreadableError, socket: Socket) => void;
  /** For a request that did not arrive in time. */
  late: (socket: Socket) => void;
};

/** Answers what no route can: with the headers of every answer. Then it closes the connection. */
export function createRefuser({ headers }: Pick<Edge, 'headers'>): Refuser {
  const late = (socket: Socket) => hangUp(socket, requestTimeout(), headers);
  return {
    late,
    unreadable: (error, socket) => {
      if (error.code === 'ECONNRESET') socket.destroy();
      else if (isTimeout(error)) late(socket);
      else if (error.code === 'HPE_HEADER_OVERFLOW') hangUp(socket, headersTooLarge(), headers);
      else hangUp(socket, invalidRequest(), headers);
    },
  };
}

function hangUp(socket: Socket, { status, code, message }: Refusal, headers: Edge['headers']): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(linger));
  const requestId = randomUUID();
  const body = JSON.stringify({ status: 'ERROR', code, message, request_id: requestId });
  const lines = Object.entries({
    ...headers(requestId, undefined),
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
