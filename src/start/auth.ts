import {
  createGuesses,
  createHasher,
  createSessions,
  createTokens,
  type Guesses,
  type Hasher,
  type Sessions,
  type Tokens,
} from '../auth/auth.ts';
import { createLimits, type Counters } from '../platform/limits/limits.ts';
import { machineCounters } from '../platform/limits/machine-limits.ts';
import { createMemoryCounters } from '../platform/limits/memory-limits.ts';
import type { Foundation } from './foundation.ts';

export type Auth = { tokens: Tokens; hasher: Hasher; sessions: Sessions; guesses: Guesses };

/** Who somebody is, and how often somebody may guess at a secret. */
export async function openAuth(foundation: Foundation, jwtSecret: string): Promise<Auth> {
  const { config, pool, machine } = foundation;
  const { bcryptCost, ratePerAccount: perAccount, ratePerAddress: perAddress } = config.auth;
  const tokens = createTokens(jwtSecret);
  return {
    tokens,
    hasher: createHasher({ cost: bcryptCost }),
    sessions: createSessions({ on: pool, tokens, machine }),
    guesses: createGuesses(createLimits(await openCounters(foundation)), { perAccount, perAddress }),
  };
}

async function openCounters({ config, mode, log, machine, closing }: Foundation): Promise<Counters> {
  const onMachine = mode === 'worker' ? machineCounters(machine) : createMemoryCounters();
  if (config.redisUrl === undefined) return onMachine;
  // Loaded only where it is wanted: the client takes ten megabytes.
  const { createRedisCounters } = await import('../platform/limits/redis-limits.ts');
  const redis = createRedisCounters({ url: config.redisUrl, log }, onMachine);
  return closing.owns(redis, (opened) => opened.close());
}
