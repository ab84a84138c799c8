import { pino, stdSerializers, stdTimeFunctions } from 'pino';
import type { FastifyBaseLogger } from 'fastify';

export type Log = FastifyBaseLogger;

/**
 * The program's log: JSON a line, pretty in a terminal. Bodies and headers are never logged; what an error carries
 * beside its message and stack is not either, since a driver's error may hold values.
 */
export function createLog({ level, out }: { level: string; out?: { write(line: string): void } }): Log {
  const pretty = process.stdout.isTTY && !out;
  const options = {
    level,
    base: undefined,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: errorOut },
  };
  if (out) return pino(options, out);
  return pino({
    ...options,
    ...(pretty && {
      transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname' } },
    }),
  });
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
