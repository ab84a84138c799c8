import { answering, type Answerer, type Machine, type Question } from '../process/machine.ts';
import type { FailureCounter, FailureLimit, GuessUnderWay } from './limits.ts';

// A process that died never ends its guess. The guess stops counting after this time.
const LONGEST_GUESS_MS = 30_000;

/** Names a guess under way in messages. */
type GuessId = { guessId: number };
type RemoteAdmission = 'busy' | { retryAfterSeconds: number } | GuessId;
type Ended = GuessId & { failed: boolean };

const GUESS_BEGINS: Question<readonly FailureLimit[], RemoteAdmission> = {
  name: 'guess begins',
  isInput: (asked): asked is readonly FailureLimit[] =>
    Array.isArray(asked) &&
    asked.every((limit) => hasFields(limit, { key: 'string', most: 'number', seconds: 'number' })),
  isAnswer: (answer): answer is RemoteAdmission =>
    answer === 'busy' ||
    hasFields(answer, { retryAfterSeconds: 'number' }) ||
    hasFields(answer, { guessId: 'number' }),
};
const GUESS_ENDS: Question<Ended, undefined> = {
  name: 'guess ends',
  isInput: (asked): asked is Ended => hasFields(asked, { guessId: 'number', failed: 'boolean' }),
  isAnswer: (answer) => answer === undefined,
};

/** Whether a value has these fields, each of the type that `typeof` names. */
const hasFields = (value: unknown, fields: Readonly<Record<string, string>>): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(fields).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type);

/** The counter of the machine, which one process keeps, as another process uses it. */
export function machineCounter(machine: Machine): FailureCounter {
  return {
    async admit(limits) {
      const admission = await machine.ask(GUESS_BEGINS, limits);
      if (admission === 'busy' || 'retryAfterSeconds' in admission) return admission;
      const { guessId } = admission;
      return { end: (failed) => machine.ask(GUESS_ENDS, { guessId, failed }) };
    },
  };
}

/** The part of the process that keeps the counter. */
export function counterAnswerers(counter: FailureCounter): Answerer[] {
  const guesses = new Map<number, GuessUnderWay>();
  let lastId = 0;
  const end = async ({ guessId, failed }: Ended): Promise<undefined> => {
    const guess = guesses.get(guessId);
    guesses.delete(guessId);
    await guess?.end(failed);
  };
  const begin = async (limits: readonly FailureLimit[]): Promise<RemoteAdmission> => {
    const admission = await counter.admit(limits);
    if (admission === 'busy' || !('end' in admission)) return admission;
    lastId += 1;
    const guessId = lastId;
    guesses.set(guessId, admission);
    const forget = () => void end({ guessId, failed: false }).catch(() => undefined);
    setTimeout(forget, LONGEST_GUESS_MS).unref();
    return { guessId };
  };
  return [answering(GUESS_BEGINS, begin), answering(GUESS_ENDS, end)];
}
