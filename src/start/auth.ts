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
import { createLimits, type FailureCounter } from '../platform/limits/limits.ts';
import { machineCounter } from '../platform/limits/machine-limits.ts';
import { createMemoryCounter } from '../platform/limits/memory-limits.ts';
import type { Foundation } from './foundation.ts';

export type Auth = { tokens: Tokens; hasher: Hasher; sessions: Sessions; guesses: Guesses };

/** Sessions and passwords, and the limits on guesses at them. */
export async function openAuth(foundation: Foundation, jwtSecret: string): Promise<Auth> {
  const { config, pool, machine } = foundation;
  const { bcryptCost, ratePerAccount: perAccount, ratePerAddress: perAddress } = config.auth;
  const tokens = createTokens(jwtSecret);
  return {
    tokens,
    hasher: createHasher({ cost: bcryptCost }),
    sessions: createSessions({ on: pool, tokens, machine }),
    guesses: createGuesses(createLimits(await openCounter(foundation)), { perAccount, perAddress }),
  };
}

async function openCounter({ config, mode, log, machine, closing }: Foundation): Promise<FailureCounter> {
  const onMachine = mode === 'worker' ? machineCounter(machine) : createMemoryCounter();
  if (config.redisUrl === undefined) return onMachine;
  // Loaded only if it is needed: the client takes ten megabytes.
  const { createRedisCounter } = await import('../platform/limits/redis-limits.ts');
  const redis = createRedisCounter({ url: config.redisUrl, log }, onMachine);
  return closing.owns(redis, (opened) => opened.close());
}
