import { answering, type Answerer, type Machine, type Question } from '../process/machine.ts';
import type { Attempt, Bucket, Counters } from './limits.ts';

// A process that died settles nothing: what it had begun counts no longer than this.
const LONGEST_ATTEMPT_MS = 30_000;

type Ticket = { ticket: number };
type Entered = 'busy' | { retryAfterSeconds: number } | Ticket;
type Settled = Ticket & { failed: boolean };

const GUESS_BEGINS: Question<readonly Bucket[], Entered> = {
  name: 'guess begins',
  isAsked: (asked): asked is readonly Bucket[] => Array.isArray(asked) && asked.every(isBucket),
  isAnswer: (answer): answer is Entered =>
    answer === 'busy' || has(answer, { retryAfterSeconds: 'number' }) || has(answer, { ticket: 'number' }),
};
const GUESS_ENDS: Question<Settled, undefined> = {
  name: 'guess ends',
  isAsked: (asked): asked is Settled => has(asked, { ticket: 'number', failed: 'boolean' }),
  isAnswer: (answer) => answer === undefined,
};

const isBucket = (bucket: unknown): bucket is Bucket =>
  has(bucket, { key: 'string', limit: 'number', seconds: 'number' });

/** Whether a value has these fields, each of the type that `typeof` names. */
const has = (value: unknown, fields: Readonly<Record<string, string>>): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(fields).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type);

/** Counters that one process keeps for all of its machine. */
export function machineCounters(machine: Machine): Counters {
  return {
    async enter(buckets) {
      const entered = await machine.ask(GUESS_BEGINS, buckets);
      if (entered === 'busy' || 'retryAfterSeconds' in entered) return entered;
      const { ticket } = entered;
      return { settle: (failed) => machine.ask(GUESS_ENDS, { ticket, failed }) };
    },
  };
}

/** The part of the process that keeps them. */
export function counterAnswerers(counters: Counters): Answerer[] {
  const attempts = new Map<number, Attempt>();
  let lastTicket = 0;
  const settle = async ({ ticket, failed }: Settled): Promise<undefined> => {
    const attempt = attempts.get(ticket);
    attempts.delete(ticket);
    await attempt?.settle(failed);
  };
  const enter = async (buckets: readonly Bucket[]): Promise<Entered> => {
    const entry = await counters.enter(buckets);
    if (entry === 'busy' || !('settle' in entry)) return entry;
    lastTicket += 1;
    const ticket = lastTicket;
    attempts.set(ticket, entry);
    const forget = () => void settle({ ticket, failed: false }).catch(() => undefined);
    setTimeout(forget, LONGEST_ATTEMPT_MS).unref();
    return { ticket };
  };
  return [answering(GUESS_BEGINS, enter), answering(GUESS_ENDS, settle)];
}
