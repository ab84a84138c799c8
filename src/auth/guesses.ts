import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { FailureLimit, Limits } from '../platform/limits/limits.ts';

/** The source of a guess: the account it is for and the address it comes from. */
export type Guesser = { account: string; address: string };
type Check = () => Promise<boolean>;

/** Guesses at secrets, limited as rules.md says. Each is true where the guess was right, and throws RATE_LIMITED. */
export type Guesses = {
  login(who: Guesser, check: Check): Promise<boolean>;
  answer(who: Guesser, check: Check): Promise<boolean>;
  reset(who: Guesser, check: Check): Promise<boolean>;
  /** An unknown e-mail address counts as a wrong guess. */
  stranger(email: string, address: string): Promise<void>;
};

const ANSWERS_AN_HOUR = 20;

/** Failures a minute: `perAccount` of a kind for an account from one address, `perAddress` of all kinds from one. */
export function createGuesses(
  limits: Limits,
  { perAccount, perAddress }: { perAccount: number; perAddress: number },
): Guesses {
  const minutely = (kind: string, { account, address }: Guesser): FailureLimit[] => {
    const from = networkOf(address);
    return [
      { key: keyOf(kind, account, from), most: perAccount, seconds: 60 },
      { key: keyOf('address', from), most: perAddress, seconds: 60 },
    ];
  };
  // An answer is short, so guesses from many addresses count together.
  const hourly = ({ account }: Guesser): FailureLimit => ({
    key: keyOf('answers an hour', account),
    most: perAccount === 0 ? 0 : ANSWERS_AN_HOUR,
    seconds: 3_600,
  });
  return {
    login: (who, check) => limits.guess(minutely('login', who), check),
    answer: (who, check) => limits.guess([...minutely('answer', who), hourly(who)], check),
    reset: (who, check) => limits.guess(minutely('reset', who), check),
    async stranger(email, address) {
      await limits.guess(minutely('stranger', { account: email.toLowerCase(), address }), async () => false);
    },
  };
}

// Clients send names of any length. Hashed they are short, and Redis holds no names.
const keyOf = (...parts: string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** A client with one IPv6 address has the 2^64 of its network, so these count as one. */
function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail = ''] = address.split('::');
  const [before, after] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''));
  const gap = Array<string>(Math.max(0, 8 - (before?.length ?? 0) - (after?.length ?? 0))).fill('0');
  const groups = [...(before ?? []), ...gap, ...(after ?? [])].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
