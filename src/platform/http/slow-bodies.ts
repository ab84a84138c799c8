import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long headers and body may take, and what a body must bring to take longer. */
export type Pace = {
  withinMs: number;
  /** A body that is still arriving then goes on while each window brings so many bytes. */
  windowMs: number;
  windowBytes: number;
  longestMs: number;
  /** How many may go on at once: each keeps up to ten megabytes of memory. */
  mostAtOnce: number;
};

// A picture of 4.6 MiB takes a telephone at 100 kB/s 47 s.
export const PACE: Pace = {
  withinMs: 30_000,
  // Half a second more than is said, for what is on its way.
  windowMs: 10_500,
  windowBytes: 100 * 1024,
  longestMs: 600_000,
  mostAtOnce: 64,
};

export const hasBody = ({ headers }: IncomingMessage) =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

type Arrival = { request: IncomingMessage; response: ServerResponse; bytesBefore: number };

/** Bodies that take longer than Node waits. `giveUp` answers and hangs up. */
export function createSlowBodies(pace: Pace, giveUp: (socket: Socket) => void) {
  const arrivals = new WeakMap<Socket, Arrival>();
  const slow = new Map<Socket, () => void>();
  let isClosing = false;

  function follow(socket: Socket, request: IncomingMessage): void {
    const endsAt = performance.now() + pace.longestMs;
    let bytesBefore = socket.bytesRead;
    const timer = setInterval(() => {
      const isSteady = socket.bytesRead - bytesBefore >= pace.windowBytes;
      bytesBefore = socket.bytesRead;
      if (!isSteady || performance.now() >= endsAt) stop(socket);
    }, pace.windowMs);
    const leave = () => {
      clearInterval(timer);
      slow.delete(socket);
    };
    slow.set(socket, leave);
    request.once('close', leave);
  }

  function stop(socket: Socket): void {
    slow.get(socket)?.();
    giveUp(socket);
  }

  return {
    /** To be told of each request whose body is still to come. */
    expect(request: IncomingMessage, response: ServerResponse): void {
      const { socket } = request;
      arrivals.set(socket, { request, response, bytesBefore: socket.bytesRead });
    },
    /** Whether what did not arrive in time may go on: a body that is waited for, and has kept the pace until now. */
    mayGoOn(socket: Socket): boolean {
      const arrival = arrivals.get(socket);
      if (arrival === undefined || isClosing || slow.size >= pace.mostAtOnce) return false;
      const { request, response, bytesBefore } = arrival;
      if (request.complete || response.writableEnded) return false;
      const windowsBefore = Math.max(1, Math.floor(pace.withinMs / pace.windowMs));
      if (socket.bytesRead - bytesBefore < pace.windowBytes * windowsBefore) return false;
      follow(socket, request);
      return true;
    },
    /** A program that stops does not wait for them. */
    close(): void {
      isClosing = true;
      for (const socket of slow.keys()) stop(socket);
    },
  };
}

export type SlowBodies = ReturnType<typeof createSlowBodies>;
