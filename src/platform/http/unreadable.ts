import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';

export type UnreadableError = Error & { code?: string };

export const isTimeout = ({ code }: UnreadableError) => code === 'ERR_HTTP_REQUEST_TIMEOUT';

/** Answers what Node's parser could not read as a request (smuggling, overlong headers), and hangs up. */
export function refuseUnreadable(error: UnreadableError, socket: Socket): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else if (isTimeout(error)) refuseLate(socket);
  else if (error.code === 'HPE_HEADER_OVERFLOW')
    hangUp(
      socket,
      '431 Request Header Fields Too Large',
      'HEADERS_TOO_LARGE',
      'The request headers are too large',
    );
  else hangUp(socket, '400 Bad Request', 'INVALID_REQUEST', 'Invalid request data');
}

/** The same for what has not arrived in time. */
export const refuseLate = (socket: Socket) =>
  hangUp(socket, '408 Request Timeout', 'REQUEST_TIMEOUT', 'The request did not arrive in time');

function hangUp(socket: Socket, status: string, code: string, message: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const body = JSON.stringify({ status: 'ERROR', code, message, request_id: requestId });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-ID: ${requestId}\r\nCache-Control: no-store\r\nAccess-Control-Allow-Origin: *\r\n` +
      `X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`,
  );
}
