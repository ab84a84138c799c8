import type { FastifyBaseLogger } from 'fastify';
import { Redis } from 'ioredis';
import type { Admission, FailureCounter, FailureLimit, GuessUnderWay } from './limits.ts';

export type RedisCounter = FailureCounter & { close(): Promise<void> };
export type RedisSettings = { url: string; log: Pick<FastifyBaseLogger, 'info' | 'warn'> };

// Redis answers within a millisecond. A login waits only briefly for a Redis that is away.
const ANSWER_MS = 500;
// A line that is silent for longer is opened anew; until it is ready, no login waits for it.
const SILENT_MS = 1_000;
const LONGEST_PAUSE_MS = 2_000;
// Guesses of a dead process stop counting after this time.
const UNDER_WAY_MS = 30_000;

/** Counts failures in Redis, for all machines, and by `fallback` while Redis is down. The log says so once. */
export function createRedisCounter({ url, log }: RedisSettings, fallback: FailureCounter): RedisCounter {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    socketTimeout: SILENT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, LONGEST_PAUSE_MS),
  });
  let isDown = false;
  const onDown = (error: unknown) => {
    if (isDown) return;
    isDown = true;
    log.warn({ err: error }, 'Redis is down: the limits on guessing count in this machine alone');
  };
  redis.on('error', onDown);
  redis.on('ready', () => {
    if (isDown) log.info('Redis is back: the limits on guessing are shared again');
    isDown = false;
  });
  const connected = redis.connect().catch(onDown);

  return {
    async admit(limits) {
      await connected;
      const answer = await run(redis, ADMIT, limits).catch(onDown);
      if (answer === undefined) return fallback.admit(limits);
      return toAdmission(answer, async (failed) => {
        const ended = await run(redis, END, limits, failed).catch(onDown);
        if (ended === undefined && failed) await countFailure(fallback, limits);
      });
    },
    close: async () => redis.disconnect(),
  };
}

/** The scripts answer ADMITTED, BUSY, or the milliseconds until a full limit is empty again. */
function toAdmission(answer: number, end: GuessUnderWay['end']): Admission {
  if (answer === BUSY) return 'busy';
  return answer === ADMITTED ? { end } : { retryAfterSeconds: Math.max(1, Math.ceil(answer / 1_000)) };
}

async function countFailure(counter: FailureCounter, limits: readonly FailureLimit[]): Promise<void> {
  const admission = await counter.admit(limits);
  if (admission !== 'busy' && 'end' in admission) await admission.end(true);
}

async function run(
  redis: Redis,
  script: string,
  limits: readonly FailureLimit[],
  failed = false,
): Promise<number> {
  // The braces keep all keys in one slot of a Redis cluster.
  const keys = limits.flatMap(({ key }) => [
    `{skyfox-limits}:failed:${key}`,
    `{skyfox-limits}:underway:${key}`,
  ]);
  const numbers = limits.flatMap(({ most, seconds }) => [most, seconds * 1_000]);
  const answer = await redis.eval(script, keys.length, ...keys, failed ? 1 : 0, ...numbers);
  if (typeof answer !== 'number') throw new Error('Redis answers what no script of ours says');
  return answer;
}

const ADMITTED = 0;
const BUSY = -1;
const ADMIT = `
  local wait, busy = 0, false
  for i = 1, #KEYS, 2 do
    local most = tonumber(ARGV[i + 1])
    local failures = tonumber(redis.call('get', KEYS[i]) or '0')
    if failures >= most then
      wait = math.max(wait, redis.call('pttl', KEYS[i]), 1)
    elseif failures + tonumber(redis.call('get', KEYS[i + 1]) or '0') >= most then
      busy = true
    end
  end
  if wait > 0 then return wait end
  if busy then return ${BUSY} end
  for i = 1, #KEYS, 2 do
    redis.call('incr', KEYS[i + 1])
    redis.call('pexpire', KEYS[i + 1], ${UNDER_WAY_MS})
  end
  return ${ADMITTED}`;
const END = `
  for i = 1, #KEYS, 2 do
    if tonumber(redis.call('get', KEYS[i + 1]) or '0') > 0 then redis.call('decr', KEYS[i + 1]) end
    if ARGV[1] == '1' and redis.call('incr', KEYS[i]) == 1 then redis.call('pexpire', KEYS[i], ARGV[i + 2]) end
  end
  return ${ADMITTED}`;
