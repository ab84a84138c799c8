import type { Attempt, Bucket, Counters } from './limits.ts';
import type { Answers, Machine } from '../process/machine.ts';

// A process that died settles nothing: what it had begun counts no longer than this.
const LONGEST_ATTEMPT_MS = 30_000;

type Entered = 'busy' | { retryAfterSeconds: number } | { ticket: number };

/** Counters that one process keeps for all of its machine. */
export function machineCounters(machine: Machine): Counters {
  return {
    async enter(buckets) {
      const entered = (await machine.ask('guess begins', buckets)) as Entered;
      if (entered === 'busy' || 'retryAfterSeconds' in entered) return entered;
      const { ticket } = entered;
      return { settle: async (failed) => void (await machine.ask('guess ends', { ticket, failed })) };
    },
  };
}

/** The part of the process that keeps them. */
export function counterAnswers(counters: Counters): Answers {
  const attempts = new Map<number, Attempt>();
  let lastTicket = 0;
  const settle = async ({ ticket, failed }: { ticket: number; failed: boolean }) => {
    const attempt = attempts.get(ticket);
    attempts.delete(ticket);
    await attempt?.settle(failed);
  };
  return {
    async 'guess begins'(buckets: readonly Bucket[]): Promise<Entered> {
      const entry = await counters.enter(buckets);
      if (entry === 'busy' || !('settle' in entry)) return entry;
      lastTicket += 1;
      const ticket = lastTicket;
      attempts.set(ticket, entry);
      const forget = () => void settle({ ticket, failed: false }).catch(() => undefined);
      setTimeout(forget, LONGEST_ATTEMPT_MS).unref();
      return { ticket };
    },
    'guess ends': settle,
  };
}
