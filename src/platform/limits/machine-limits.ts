import { answering, type Answerer, type Machine, type Question } from '../process/machine.ts';
import type { FailureCounter, FailureLimit, GuessUnderWay } from './limits.ts';

// A process that died never ends its guess. The guess stops counting after this time.
const LONGEST_GUESS_MS = 30_000;

/** Names a guess of the asking process. */
type GuessId = { guessId: number };
type Begun = GuessId & { limits: readonly FailureLimit[] };
type RemoteAdmission = 'busy' | 'admitted' | { retryAfterSeconds: number };
type Ended = GuessId & { failed: boolean };

const GUESS_BEGINS: Question<Begun, RemoteAdmission> = {
  name: 'guess begins',
  isInput: (asked): asked is Begun =>
    hasFields(asked, { guessId: 'number', limits: 'object' }) &&
    Array.isArray((asked as Begun).limits) &&
    (asked as Begun).limits.every((limit) =>
      hasFields(limit, { key: 'string', most: 'number', seconds: 'number' }),
    ),
  isAnswer: (answer): answer is RemoteAdmission =>
    answer === 'busy' || answer === 'admitted' || hasFields(answer, { retryAfterSeconds: 'number' }),
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
  let lastId = 0;
  return {
    async admit(limits) {
      lastId += 1;
      const guessId = lastId;
      const end = (failed: boolean) => machine.ask(GUESS_ENDS, { guessId, failed });
      const admission = await machine.ask(GUESS_BEGINS, { guessId, limits }).catch((error: unknown) => {
        // The primary may admit it later.
        void end(false).catch(() => undefined);
        throw error;
      });
      return admission === 'admitted' ? { end } : admission;
    },
  };
}

/** The part of the process that keeps the counter. */
export function counterAnswerers(counter: FailureCounter): Answerer[] {
  const guesses = new Map<string, GuessUnderWay>();
  const end = async ({ guessId, failed }: Ended, asker: number): Promise<undefined> => {
    const id = `${asker} ${guessId}`;
    const guess = guesses.get(id);
    guesses.delete(id);
    await guess?.end(failed);
  };
  const begin = async ({ guessId, limits }: Begun, asker: number): Promise<RemoteAdmission> => {
    const admission = await counter.admit(limits);
    if (admission === 'busy' || !('end' in admission)) return admission;
    guesses.set(`${asker} ${guessId}`, admission);
    const forget = () => void end({ guessId, failed: false }, asker).catch(() => undefined);
    setTimeout(forget, LONGEST_GUESS_MS).unref();
    return 'admitted';
  };
  return [answering(GUESS_BEGINS, begin), answering(GUESS_ENDS, end)];
}
