import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { isViolation, type AnyTx, type Pool, type Statement, type Tx } from '../platform/database/db.ts';
import { FOREIGN_KEY_VIOLATION } from '../platform/database/db-errors.ts';
import { ofNothing, Refusal } from '../platform/errors.ts';
import type { BodyMarks, Marker } from './body-marks.ts';
import { keyReused, requestInProgress, unresolved, userIsGone } from './errors.ts';
import { keyOf } from './key-header.ts';
import {
  attachAttempt,
  claimKey,
  findKey,
  keepAnswer,
  lockKey,
  regainKey,
  releaseKey,
  type Claimed,
  type Kept,
} from './queries.ts';

export { openMarker } from './body-marks.ts';
export { checkKeyForm, KeyHeader } from './key-header.ts';
export { keepAnswerOfAttempt, releaseKeyOfAttempt, sweepKeys } from './queries.ts';

/** A handler's answer in the form that is stored under a key. */
export type KeptAnswer = { message: string; data: unknown };

/**
 * A request whose answer may also serve its repetitions. Without a key nothing is stored. A process that
 * stood still may have lost the key to a repetition, so a use case locks the key in the transaction of its
 * effect, and before it charges a card.
 */
export type Once = {
  readonly keyed: boolean;
  /**
   * Locks the key in the transaction of the effect. Throws REQUEST_IN_PROGRESS if another request has the key
   * by now, which rolls the effect back. A repetition waits for this lock, so it comes after all others.
   */
  lock(tx: Tx): Promise<LockedKey>;
  /**
   * Stores the answer to a charge, where the condition `onlyIf` holds. A charge cannot be undone, so this
   * never throws because of the key.
   */
  rememberCharged(tx: AnyTx, answer: KeptAnswer, onlyIf?: Statement): Promise<void>;
  /**
   * The same for a refusal that belongs to a charge, in the transaction that closes the attempt: from then on
   * the attempt no longer keeps repetitions from charging again. Stores nothing for a refusal that is not final,
   * or if an answer is stored already.
   */
  rememberRefusal(tx: AnyTx, refusal: Refusal, onlyIf?: Statement): Promise<void>;
  /**
   * Claims the key again for an attempt that has charged after an operator freed the key. Does nothing if
   * another request has it.
   */
  regain(tx: Tx, attemptId: string): Promise<void>;
};

/** A key that no other request can get before the transaction ends, so its answer may go with COMMIT. */
export type LockedKey = {
  /** Stores the answer together with the effect, so a crash cannot separate them, where the condition `onlyIf` holds. */
  remember(tx: AnyTx, answer: KeptAnswer, onlyIf?: Statement): Promise<void>;
  /** Records the attempt to charge that this transaction begins, if it was written. */
  attach(tx: AnyTx, attemptId: string): Promise<void>;
};

export const unkeyed: Once = {
  keyed: false,
  lock: async () => ({ remember: async () => {}, attach: async () => {} }),
  rememberCharged: async () => {},
  rememberRefusal: async () => {},
  regain: async () => {},
};

export type KeyedRequest = Pick<FastifyRequest, 'user' | 'body' | 'headers'>;
export type Idempotency = {
  /** Runs the work once for a user, route, key and body; api.md, *Idempotency*. */
  once<T extends KeptAnswer>(
    request: KeyedRequest,
    route: string,
    work: (once: Once) => Promise<T>,
  ): Promise<T>;
};

const PATIENCE_MS = 100;
// A claim or release may be lost with its connection, and then blocks repetitions for this long. The time is
// short because after a fail-over all clients repeat their requests. It need not cover the work: a slower
// request may lose its key and then has no effect, and a request that charges is known by its attempt.
const LEASE_SECONDS = 5;
// Which 2xx it is, the route knows.
const SUCCESS = 200;

export function createIdempotency(pool: Pool, marker: Marker): Idempotency {
  return {
    async once<T extends KeptAnswer>(
      request: KeyedRequest,
      route: string,
      work: (once: Once) => Promise<T>,
    ): Promise<T> {
      const given = keyOf(request.headers);
      if (given === undefined) return work(unkeyed);
      const marks = marker.marksOf(request.body);
      const key = { username: request.user.username, route, key: given, claim: randomUUID(), ...marks };
      const { isSecretGone } = marker;
      if (await claimKey(pool, { ...key, leaseSeconds: LEASE_SECONDS, isSecretGone }).catch(explainClaim)) {
        return runFirst(pool, key, work, () => replay<T>(pool, key, marker));
      }
      return replay<T>(pool, key, marker);
    },
  };
}

async function runFirst<T extends KeptAnswer>(
  pool: Pool,
  key: Claimed,
  work: (once: Once) => Promise<T>,
  replayIt: () => Promise<T>,
): Promise<T> {
  const keep = async (tx: AnyTx, status: number, answer: object, onlyIf?: Statement) =>
    void (await keepAnswer(tx, key, status, JSON.stringify(answer), onlyIf));
  const once: Once = {
    keyed: true,
    async lock(tx) {
      if (!(await lockKey(tx, key))) throw requestInProgress();
      return {
        remember: (last, answer, onlyIf) => keep(last, SUCCESS, answer, onlyIf),
        attach: (last, attemptId) => attachAttempt(last, key, attemptId),
      };
    },
    rememberCharged: (tx, answer, onlyIf) => keep(tx, SUCCESS, answer, onlyIf),
    rememberRefusal: async (tx, refusal, onlyIf) => {
      if (isFinal(refusal)) await keep(tx, refusal.status, refusalOut(refusal), onlyIf);
    },
    regain: (tx, attemptId) => regainKey(tx, key, attemptId),
  };
  try {
    return await work(once);
  } catch (error) {
    if (await settleRefused(pool, key, error)) throw error;
    // The refusal may be an effect of the request that now has the key.
    return replayIt();
  }
}

const isLost = (error: unknown) => error instanceof Refusal && error.code === requestInProgress().code;

/** The user was deleted after the token was checked. */
function explainClaim(error: unknown): never {
  throw isViolation(error, FOREIGN_KEY_VIOLATION) ? userIsGone() : ofNothing(error);
}

/** A client shall try again after a 5xx or 409, so that such an answer is not stored. */
const isFinal = ({ status }: Refusal) => status < 500 && status !== 409;

/**
 * Stores a final refusal, or else releases the key. An answer that was remembered
 * stays, even if the work does not know it because the answer to its COMMIT was lost. Returns false if
 * another request has the key and answers both.
 */
async function settleRefused(pool: Pool, key: Claimed, error: unknown): Promise<boolean> {
  const settled =
    error instanceof Refusal && isFinal(error)
      ? keepAnswer(pool, key, error.status, JSON.stringify(refusalOut(error)))
      : releaseKey(pool, key).then(() => !isLost(error));
  // If the database is away, the client does not wait for this; the lease ends the claim instead.
  return Promise.race([settled.catch(() => true), sleep(PATIENCE_MS, true, { ref: false })]);
}

const refusalOut = ({ code, message, errors }: Refusal) => ({ code, message, errors });

/** The first answer, as this same work gave it. Throws if there is none yet or the body differs. */
async function replay<T extends KeptAnswer>(pool: Pool, key: Claimed, { isSecretGone }: Marker): Promise<T> {
  const kept = await findKey(pool, key);
  if (!kept) throw requestInProgress();
  if (!isSame(kept, key, isSecretGone)) throw keyReused();
  if (kept.status !== null && kept.answer !== null) return answerOf(kept.status, kept.answer) as T;
  if (kept.attemptStatus === 'Unknown') throw unresolved();
  throw requestInProgress();
}

/**
 * A row of an older program counts as the same if it cannot be compared: giving the first answer again does
 * nothing.
 */
function isSame(kept: Kept, { bodyMark, fingerprint }: BodyMarks, isSecretGone: boolean): boolean {
  if (kept.bodyMark !== null) return kept.bodyMark.equals(bodyMark);
  return kept.fingerprint.equals(fingerprint) || isSecretGone;
}

function answerOf(status: number, text: string): KeptAnswer {
  const answer = JSON.parse(text) as KeptAnswer | ReturnType<typeof refusalOut>;
  if (!('code' in answer)) return answer;
  throw new Refusal(status, answer.code, answer.message, answer.errors ? { errors: answer.errors } : {});
}
