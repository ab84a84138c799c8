import { pino, stdSerializers, type LoggerOptions } from 'pino';
import type { FastifyBaseLogger } from 'fastify';
import { openLogFile } from './log-file.ts';

export type Log = FastifyBaseLogger;

const FLUSH_MS = 200;
const BATCH_CHARACTERS = 8_192;
const INFO_LEVEL = 30;
const ERROR_LEVEL = 50;

/**
 * The program's log: JSON a line, pretty in a terminal. Bodies and headers are never logged; what an error carries
 * beside its message and stack is not either, since a driver's error may hold values.
 */
export function createLog({ level, out }: { level: string; out?: { write(line: string): void } }): Log {
  const options = {
    level,
    base: undefined,
    timestamp: isoTime,
    serializers: { err: errorOut },
  };
  if (out) return pino(options, out);
  if (process.stdout.isTTY) {
    const prettyOptions = { translateTime: 'HH:MM:ss', ignore: 'pid,hostname', singleLine: true };
    return pino({ ...options, transport: { target: 'pino-pretty', options: prettyOptions } });
  }
  return buffered(options);
}

// As pino's own, written out once a millisecond rather than for each of the lines of it.
let lastMs = 0;
let lastTime = '';
function isoTime(): string {
  const now = Date.now();
  if (now !== lastMs) {
    lastMs = now;
    lastTime = `,"time":"${new Date(now).toISOString()}"`;
  }
  return lastTime;
}

/** Many lines a write, since a write for each request costs more than making its line; errors go out at once. */
function buffered(options: LoggerOptions): Log {
  const stdout = inBatches();
  process.once('exit', () => stdout.flushSync());
  return pino(
    {
      ...options,
      hooks: {
        logMethod(args, method, severity) {
          method.apply(this, args);
          if (severity >= ERROR_LEVEL) stdout.flushSync();
        },
      },
    },
    stdout,
  );
}

/**
 * Joined here, once a batch: a buffer that measures line by line costs as much as the lines. The file is given the next
 * batch when it has written the last, so that what is flushed is written when that returns. A batch is small enough
 * that processes that share a pipe do not tear each other's lines.
 */
function inBatches() {
  const file = openLogFile(1);
  let lines: string[] = [];
  let characters = 0;
  let writing = false;
  const take = () => {
    const taken = lines;
    lines = [];
    characters = 0;
    return taken;
  };
  const flush = () => {
    if (writing || characters === 0) return;
    writing = true;
    file.write(take().join(''), () => {
      writing = false;
      if (characters >= BATCH_CHARACTERS) flush();
    });
  };
  setInterval(flush, FLUSH_MS).unref();
  return {
    write(line: string) {
      lines.push(line);
      characters += line.length;
      if (characters >= BATCH_CHARACTERS) flush();
    },
    flushSync() {
      // What cannot be written now is not waited for line by line.
      take().every((line) => file.writeSync(line));
    },
  };
}

/** `reqId`, `method` and `route` need no escaping; `user` is left out where nobody was known. */
export type RequestLine = {
  reqId: string;
  user: string | undefined;
  method: string;
  route: string;
  status: number;
  milliseconds: number;
};

/**
 * What writes the line of each request, as `log.info` would: by hand, since pino's way for lines of any kind took a
 * fifth of the time of a seat map.
 */
export function requestLines(log: Log): (line: RequestLine) => void {
  if ((pino.levels.values[log.level] ?? Number.POSITIVE_INFINITY) > INFO_LEVEL) return () => {};
  const stream = (log as unknown as Record<symbol, { write(line: string): void }>)[pino.symbols.streamSym];
  return ({ reqId, user, method, route, status, milliseconds }) => {
    const by = user === undefined ? '' : `"user":${JSON.stringify(user)},`;
    stream?.write(
      `{"level":${INFO_LEVEL}${isoTime()},"reqId":"${reqId}",${by}"method":"${method}","route":"${route}",` +
        `"status":${status},"milliseconds":${milliseconds},"msg":"request"}\n`,
    );
  };
}

type ErrorOut = {
  type: string;
  message: string;
  stack?: string;
  code?: string;
  constraint?: string;
  cause?: ErrorOut;
};

function errorOut(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  const { code, constraint } = error as { code?: string; constraint?: string };
  return {
    type,
    message,
    stack,
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
  } satisfies ErrorOut;
}
