import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { headersTooLarge, invalidRequest, requestTimeout, type Refusal } from '../errors.ts';

export type UnreadableError = Error & { code?: string };

export const isTimeout = ({ code }: UnreadableError) => code === 'ERR_HTTP_REQUEST_TIMEOUT';

/** Answers requests that Node's parser rejects (smuggling, overlong headers), and closes the connection. */
export function refuseUnreadable(error: UnreadableError, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else if (isTimeout(error)) refuseLate(socket);
  else if (error.code === 'HPE_HEADER_OVERFLOW') hangUp(socket, headersTooLarge());
  else hangUp(socket, invalidRequest());
}

/** The same for a request that did not arrive in time. */
export const refuseLate = (socket: Socket) => hangUp(socket, requestTimeout());

function hangUp(socket: Socket, { status, code, message }: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const body = JSON.stringify({ status: 'ERROR', code, message, request_id: requestId });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-ID: ${requestId}\r\nCache-Control: no-store\r\nAccess-Control-Allow-Origin: *\r\n` +
      `X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`,
  );
}
