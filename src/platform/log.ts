import type { FastifyBaseLogger } from 'fastify';
import { pino, stdSerializers, type LoggerOptions } from 'pino';

export type Log = FastifyBaseLogger;

/**
 * The program's log: one line of JSON each, formatted in a terminal. Bodies and headers are never logged. Of
 * an error only the fields named below are logged, since a driver's error may contain values.
 */
export function createLog({ level, out }: { level: string; out?: { write(line: string): void } }): Log {
  const options: LoggerOptions = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorOut },
    redact: SECRETS.flatMap((name) => [name, `body.${name}`, `headers.${name}`]),
  };
  if (out) return pino(options, out);
  if (process.stdout.isTTY) {
    const prettyOptions = { translateTime: 'HH:MM:ss', ignore: 'pid,hostname', singleLine: true };
    return pino({ ...options, transport: { target: 'pino-pretty', options: prettyOptions } });
  }
  return logToStdout(options);
}

// No line names one of these today. It is the second guard, for a line that is added in a hurry.
const SECRETS = [
  'authorization',
  'card_number',
  'cookie',
  'cvv',
  'new_password',
  'password',
  'security_answer',
  'token',
];

// POSIX: a write of at most this many bytes to a pipe is not split by other processes that write to it.
const LONGEST_WRITE_BYTES = 4_096;
const BATCH_BYTES = 3_500;
const FLUSH_MS = 200;
const MOST_WAITING_BYTES = 1_048_576;
const LONGEST_WAIT_MS = 1_000;
const ERROR_LEVEL = pino.levels.values['error'] ?? 50;

/** Many lines a write; an error, and what was logged before it, is written when `log.error` returns. */
function logToStdout(options: LoggerOptions): Log {
  let waitsUntil = 0;
  const stdout = pino.destination({
    dest: 1,
    // Not `false`: pino then flushes at exit by `flushSync`, which on a full disk never returns.
    sync: true,
    minLength: BATCH_BYTES,
    maxWrite: LONGEST_WRITE_BYTES,
    maxLength: MOST_WAITING_BYTES,
    periodicFlush: FLUSH_MS,
    // The lines for a full pipe wait for the next attempt. Only a flush waits for the reader.
    retryEAGAIN: () => performance.now() < waitsUntil,
  });
  // A full disk or a closed pipe loses lines but does not stop the program.
  stdout.on('error', () => undefined);
  const flush = () => {
    waitsUntil = performance.now() + LONGEST_WAIT_MS;
    // The first writes whole batches, the second what is left.
    stdout.flush();
    stdout.flush();
    waitsUntil = 0;
  };
  process.once('exit', flush);
  const logMethod: NonNullable<LoggerOptions['hooks']>['logMethod'] = function (line, log, severity) {
    log.apply(this, line);
    if (severity >= ERROR_LEVEL) flush();
  };
  return pino({ ...options, hooks: { logMethod } }, stdout);
}

/** Type, message, stack, code and constraint of an error. */
function errorOut(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    type,
    message,
    stack,
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
  };
}
