import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { startStopwatch } from './lease.ts';

/** A connection to the gateway for one request, which has not been sent yet. */
export type Connection = {
  /** Waits until it is open, TLS included. From then on `signal` closes it. If it throws, nothing was sent. */
  opened(signal: AbortSignal): Promise<Socket>;
  /** Whether the gateway has neither closed it nor said anything on it, and has had little time to drop it. */
  isFresh(): boolean;
  close(): void;
};

// A connection on which nothing was sent for a while may have been dropped without a sign. A charge that is
// lost on it has an unknown outcome.
const MOST_IDLE_MS = 1_000;

/** Begins to connect, and never throws. */
export function openConnection(url: URL): Connection {
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (secure ? 443 : 80);
  const elapsedMs = startStopwatch();
  const socket = secure
    ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) })
    : connectTcp({ host, port });
  // The function that waits on the socket sees its errors. An error while nothing waits must not end the
  // process.
  socket.on('error', () => {});
  const opening = once(socket, secure ? 'secureConnect' : 'connect');
  opening.catch(() => {});
  return {
    async opened(signal) {
      addAbortSignal(signal, socket);
      await opening;
      return socket.setNoDelay();
    },
    isFresh: () =>
      !socket.destroyed && !socket.readableEnded && socket.readableLength === 0 && elapsedMs() < MOST_IDLE_MS,
    close: () => void socket.destroy(),
  };
}
