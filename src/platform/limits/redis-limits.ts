import type { FastifyBaseLogger } from 'fastify';
import { Redis } from 'ioredis';
import type { Attempt, Bucket, Counters, Entry } from './limits.ts';

export type RedisLimits = Counters & { close(): Promise<void> };
export type RedisSettings = { url: string; log: Pick<FastifyBaseLogger, 'info' | 'warn'> };

// Redis answers in a millisecond; whoever logs in does not wait for one that has gone.
const ANSWER_MS = 500;
const LONGEST_PAUSE_MS = 2_000;
// Attempts of a process that died count no longer than this.
const UNDER_WAY_MS = 30_000;

/** Counts in Redis, for all machines; by `fallback` while Redis is down, which the log is told once. */
export function createRedisCounters({ url, log }: RedisSettings, fallback: Counters): RedisLimits {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, LONGEST_PAUSE_MS),
  });
  let isDown = false;
  const down = (error: unknown) => {
    if (isDown) return;
    isDown = true;
    log.warn({ err: error }, 'Redis is down: the limits on guessing count in this machine alone');
  };
  redis.on('error', down);
  redis.on('ready', () => {
    if (isDown) log.info('Redis is back: the limits on guessing are shared again');
    isDown = false;
  });
  const opened = redis.connect().catch(down);

  const settle = (buckets: readonly Bucket[], failed: boolean) => run(redis, SETTLE, buckets, failed);
  return {
    async enter(buckets) {
      await opened;
      const answer = await run(redis, ENTER, buckets).catch(down);
      if (answer === undefined) return fallback.enter(buckets);
      return toEntry(answer, async (failed) => {
        if ((await settle(buckets, failed).catch(down)) === undefined)
          await countIn(fallback, buckets, failed);
      });
    },
    close: async () => redis.disconnect(),
  };
}

/** Milliseconds until a full limit is empty again; BUSY; or TAKEN. */
function toEntry(answer: number, settle: Attempt['settle']): Entry {
  if (answer === BUSY) return 'busy';
  return answer === TAKEN ? { settle } : { retryAfterSeconds: Math.max(1, Math.ceil(answer / 1_000)) };
}

/** A failure that Redis could not be told of any more. */
async function countIn(fallback: Counters, buckets: readonly Bucket[], failed: boolean): Promise<void> {
  const entry = failed ? await fallback.enter(buckets) : 'busy';
  if (typeof entry === 'object' && 'settle' in entry) await entry.settle(failed);
}

async function run(
  redis: Redis,
  script: string,
  buckets: readonly Bucket[],
  failed = false,
): Promise<number> {
  // The braces keep all keys in one slot of a cluster.
  const keys = buckets.flatMap(({ key }) => [`{skyfox-limits}:failed:${key}`, `{skyfox-limits}:open:${key}`]);
  const numbers = buckets.flatMap(({ limit, seconds }) => [limit, seconds * 1_000]);
  const answer = await redis.eval(script, keys.length, ...keys, failed ? 1 : 0, ...numbers);
  if (typeof answer !== 'number') throw new Error('Redis answers what no script of ours says');
  return answer;
}

const TAKEN = 0;
const BUSY = -1;
const ENTER = `
  local wait, busy = 0, false
  for i = 1, #KEYS, 2 do
    local limit = tonumber(ARGV[i + 1])
    local failures = tonumber(redis.call('get', KEYS[i]) or '0')
    if failures >= limit then
      wait = math.max(wait, redis.call('pttl', KEYS[i]), 1)
    elseif failures + tonumber(redis.call('get', KEYS[i + 1]) or '0') >= limit then
      busy = true
    end
  end
  if wait > 0 then return wait end
  if busy then return ${BUSY} end
  for i = 1, #KEYS, 2 do
    redis.call('incr', KEYS[i + 1])
    redis.call('pexpire', KEYS[i + 1], ${UNDER_WAY_MS})
  end
  return ${TAKEN}`;
const SETTLE = `
  for i = 1, #KEYS, 2 do
    if tonumber(redis.call('get', KEYS[i + 1]) or '0') > 0 then redis.call('decr', KEYS[i + 1]) end
    if ARGV[1] == '1' and redis.call('incr', KEYS[i]) == 1 then redis.call('pexpire', KEYS[i], ARGV[i + 2]) end
  end
  return ${TAKEN}`;
