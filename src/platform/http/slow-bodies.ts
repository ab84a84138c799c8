import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long headers and body may take, and the pace at which a body may take longer. */
export type Pace = {
  withinMs: number;
  /** A body that is still arriving may go on while each window brings this many bytes. */
  windowMs: number;
  windowBytes: number;
  longestMs: number;
  /** How many slow bodies may go on at once: each keeps up to ten megabytes of memory. */
  mostAtOnce: number;
};

// A picture of 4.6 MiB takes a telephone at 100 kB/s 47 s.
export const PACE: Pace = {
  withinMs: 30_000,
  // Half a second beyond the published limit, for bytes on their way.
  windowMs: 10_500,
  windowBytes: 100 * 1024,
  longestMs: 600_000,
  mostAtOnce: 64,
};

export const hasBody = ({ headers }: IncomingMessage) =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

type Arrival = { request: IncomingMessage; response: ServerResponse; bytesBefore: number };

/** Bodies that take longer than Node waits. `giveUp` answers and closes the connection. */
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
    /** Call this for each request whose body is still to come. */
    expect(request: IncomingMessage, response: ServerResponse): void {
      const { socket } = request;
      arrivals.set(socket, { request, response, bytesBefore: socket.bytesRead });
    },
    /** Whether a late request may go on: its body is still being read and has kept the pace until now. */
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
    /** A program that stops does not wait for slow bodies. */
    close(): void {
      isClosing = true;
      for (const socket of slow.keys()) stop(socket);
    },
  };
}

export type SlowBodies = ReturnType<typeof createSlowBodies>;
