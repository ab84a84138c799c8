import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Type } from 'typebox';
import type { Pool, Tx } from '../database/db.ts';
import { Refusal } from '../platform/errors.ts';
import { attachAttempt, claimKey, findKey, keepAnswer, releaseKey, type Key, type Kept } from './queries.ts';

export { keepAnswerOfAttempt, releaseKeyOfAttempt, sweepKeys } from './queries.ts';

/** What a handler answers, as it is kept under a key. */
export type KeptAnswer = { message: string; data: unknown };

/** A request that may stand for its repetitions too. Without a key nothing is kept. */
export type Once = {
  readonly keyed: boolean;
  /** Keeps the answer in the transaction of the effect, so that no crash parts them. */
  remember(tx: Tx, answer: KeptAnswer): Promise<void>;
  /** Keeps a refusal in the transaction of an effect that goes with it. */
  rememberRefusal(tx: Tx, refusal: Refusal): Promise<void>;
  /** Names the attempt to charge that this request begins, in the attempt's transaction. */
  attach(tx: Tx, attemptId: string): Promise<void>;
};

export const unkeyed: Once = {
  keyed: false,
  remember: async () => {},
  rememberRefusal: async () => {},
  attach: async () => {},
};

export type Asked = Pick<FastifyRequest, 'user' | 'body' | 'headers'>;
export type Idempotency = {
  /** Runs the work once for a user, route, key and body; api.md, *Idempotency*. */
  once<T extends KeptAnswer>(request: Asked, route: string, work: (once: Once) => Promise<T>): Promise<T>;
};

const PATIENCE_MS = 100;
// Which 2xx it is, the route knows.
const SUCCESS = 200;
const KEY = /^("?)([A-Za-z0-9._-]{1,128})\1$/;

/** `leaseSeconds`: how long a request may be under way before its process is taken for dead. */
export function createIdempotency(
  pool: Pool,
  settings: { secret: string; leaseSeconds: number },
): Idempotency {
  return {
    // What was kept under a key is what this same work once gave.
    async once<T extends KeptAnswer>(
      request: Asked,
      route: string,
      work: (once: Once) => Promise<T>,
    ): Promise<T> {
      const given = keyOf(request.headers);
      if (given === undefined) return work(unkeyed);
      const key = { username: request.user.username, route, key: given };
      // Keyed, since a plain hash of a body with a card number could be searched for the number.
      const fingerprint = createHmac('sha256', settings.secret).update(JSON.stringify(request.body)).digest();
      if (await claimKey(pool, { ...key, fingerprint, leaseSeconds: settings.leaseSeconds })) {
        return runFirst(pool, key, work);
      }
      return replay(await findKey(pool, key), fingerprint) as T;
    },
  };
}

async function runFirst<T extends KeptAnswer>(
  pool: Pool,
  key: Key,
  work: (once: Once) => Promise<T>,
): Promise<T> {
  const keep = (on: Tx, status: number, answer: object) =>
    keepAnswer(on, key, status, JSON.stringify(answer));
  const once: Once = {
    keyed: true,
    remember: (tx, answer) => keep(tx, SUCCESS, answer),
    rememberRefusal: (tx, refusal) => keep(tx, refusal.status, refusalOut(refusal)),
    attach: (tx, attemptId) => attachAttempt(tx, key, attemptId),
  };
  try {
    return await work(once);
  } catch (error) {
    await settleRefused(pool, key, error);
    throw error;
  }
}

/**
 * Answers of 5xx and of 409 are not kept: the client is to try again. What was remembered stays, also where the work
 * could not know it: the answer to its COMMIT was lost.
 */
async function settleRefused(pool: Pool, key: Key, error: unknown): Promise<void> {
  const isFinal = error instanceof Refusal && error.status < 500 && error.status !== 409;
  const settled = isFinal
    ? keepAnswer(pool, key, error.status, JSON.stringify(refusalOut(error)))
    : releaseKey(pool, key);
  // Where the database is away the client waits no longer for this, and the lease ends the request instead.
  await Promise.race([settled.catch(() => undefined), sleep(PATIENCE_MS, undefined, { ref: false })]);
}

const refusalOut = ({ code, message, errors }: Refusal) => ({ code, message, errors });

function replay(kept: Kept | undefined, fingerprint: Buffer): KeptAnswer {
  if (!kept) throw requestInProgress();
  if (!kept.fingerprint.equals(fingerprint)) throw keyReused();
  if (kept.status !== null && kept.answer !== null) return answerOf(kept.status, kept.answer);
  if (kept.attemptStatus === 'Unknown') throw unresolved();
  throw requestInProgress();
}

function answerOf(status: number, text: string): KeptAnswer {
  const answer = JSON.parse(text) as KeptAnswer | ReturnType<typeof refusalOut>;
  if (!('code' in answer)) return answer;
  throw new Refusal(status, answer.code, answer.message, answer.errors ? { errors: answer.errors } : {});
}

/** The key of a request; quoted, as the draft of the header has it, it is the same key. */
function keyOf(headers: Asked['headers']): string | undefined {
  const given = headers['idempotency-key'];
  return typeof given === 'string' ? KEY.exec(given)?.[2] : undefined;
}

/** What the API page says of it; judged by checkKeyForm(). */
export const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: KEY.source,
      description:
        'A new one for each thing to be done, the same one when it is sent again: it is then done once and answered alike',
    }),
  ),
});

/** Refuses a key of another form before anything else of the request is looked at; for `onRequest`. */
export function checkKeyForm(
  request: Pick<FastifyRequest, 'headers'>,
  _reply: unknown,
  done: HookHandlerDoneFunction,
): void {
  const isFit = request.headers['idempotency-key'] === undefined || keyOf(request.headers) !== undefined;
  done(isFit ? undefined : invalidKey());
}

const invalidKey = () =>
  new Refusal(
    400,
    'INVALID_IDEMPOTENCY_KEY',
    'Idempotency-Key must be 1-128 characters of A-Z a-z 0-9 . _ -',
  );
const keyReused = () =>
  new Refusal(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request');
const requestInProgress = () =>
  new Refusal(409, 'REQUEST_IN_PROGRESS', 'A request with this Idempotency-Key is still under way', {
    retryAfterSeconds: 1,
  });
const unresolved = () =>
  new Refusal(409, 'PAYMENT_UNRESOLVED', 'The outcome of an earlier payment is not known yet');
