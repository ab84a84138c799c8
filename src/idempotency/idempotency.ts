import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { isViolation, type Pool, type Tx } from '../platform/database/db.ts';
import { FOREIGN_KEY_VIOLATION } from '../platform/database/db-errors.ts';
import type { Failpoints } from '../platform/database/failpoints.ts';
import { ofNothing, Refusal } from '../platform/errors.ts';
import type { BodyMarks, Marker } from './body-marks.ts';
import { keyReused, requestInProgress, unresolved, userIsGone } from './errors.ts';
import { keyOf } from './key-header.ts';
import {
  attachAttempt,
  claimKey,
  findKey,
  keepAnswer,
  regainKey,
  releaseKey,
  type Claimed,
  type Kept,
} from './queries.ts';

export { openMarker } from './body-marks.ts';
export { checkKeyForm, KeyHeader } from './key-header.ts';
export { keepAnswerOfAttempt, releaseKeyOfAttempt, sweepKeys } from './queries.ts';

/** What a handler answers, as it is kept under a key. */
export type KeptAnswer = { message: string; data: unknown };

/**
 * A request that may stand for its repetitions too. Without a key nothing is kept. A request whose process stood still may
 * have lost its key to a repetition; whatever has an effect asks for it in the effect's own transaction, and before a
 * card is charged.
 */
export type Once = {
  readonly keyed: boolean;
  /**
   * Keeps the answer in the transaction of the effect, so that no crash parts them. Throws REQUEST_IN_PROGRESS, which
   * undoes the effect, where the key is another request's by now.
   */
  remember(tx: Tx, answer: KeptAnswer): Promise<void>;
  /** Names the attempt to charge that this request begins, in the attempt's transaction. Throws as `remember` does. */
  attach(tx: Tx, attemptId: string): Promise<void>;
  /** Keeps the answer to a charge, which nothing undoes any more: it never throws for the key's sake. */
  rememberCharged(tx: Tx, answer: KeptAnswer): Promise<void>;
  /** The same of a refusal that goes with a charge. */
  rememberRefusal(tx: Tx, refusal: Refusal): Promise<void>;
  /** Takes the key back for an attempt that has charged after an operator had given the key free, if it is free yet. */
  regain(tx: Tx, attemptId: string): Promise<void>;
};

export const unkeyed: Once = {
  keyed: false,
  remember: async () => {},
  attach: async () => {},
  rememberCharged: async () => {},
  rememberRefusal: async () => {},
  regain: async () => {},
};

export type Asked = Pick<FastifyRequest, 'user' | 'body' | 'headers'>;
export type Idempotency = {
  /** Runs the work once for a user, route, key and body; api.md, *Idempotency*. */
  once<T extends KeptAnswer>(request: Asked, route: string, work: (once: Once) => Promise<T>): Promise<T>;
};

const PATIENCE_MS = 100;
// A request whose claim, or whose release, was lost with its connection keeps its repetitions out for so long, so it is short:
// after a fail-over all of them come again. It need not cover the work. A request that takes longer may lose its key, and has
// then no effect; one that charges is known by its attempt.
const LEASE_SECONDS = 5;
// Which 2xx it is, the route knows.
const SUCCESS = 200;

type Settings = { marker: Marker; fail: Failpoints };

export function createIdempotency(pool: Pool, { marker, fail }: Settings): Idempotency {
  return {
    async once<T extends KeptAnswer>(
      request: Asked,
      route: string,
      work: (once: Once) => Promise<T>,
    ): Promise<T> {
      const given = keyOf(request.headers);
      if (given === undefined) return work(unkeyed);
      const marks = marker.marksOf(request.body);
      const key = { username: request.user.username, route, key: given, claim: randomUUID(), ...marks };
      const { isSecretGone } = marker;
      if (await claimKey(pool, { ...key, leaseSeconds: LEASE_SECONDS, isSecretGone }).catch(explainClaim)) {
        fail.at('key claimed');
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
  const keep = (tx: Tx, status: number, answer: object) =>
    keepAnswer(tx, key, status, JSON.stringify(answer));
  const once: Once = {
    keyed: true,
    remember: async (tx, answer) => stillHas(await keep(tx, SUCCESS, answer)),
    attach: async (tx, attemptId) => stillHas(await attachAttempt(tx, key, attemptId)),
    rememberCharged: async (tx, answer) => void (await keep(tx, SUCCESS, answer)),
    rememberRefusal: async (tx, refusal) => void (await keep(tx, refusal.status, refusalOut(refusal))),
    regain: (tx, attemptId) => regainKey(tx, key, attemptId),
  };
  try {
    return await work(once);
  } catch (error) {
    if (await settleRefused(pool, key, error)) throw error;
    // What it was refused for may be what the request did that has its key.
    return replayIt();
  }
}

/** Throws where a statement has found the key to be another request's. */
function stillHas(isMine: boolean): void {
  if (!isMine) throw requestInProgress();
}

const isLost = (error: unknown) => error instanceof Refusal && error.code === requestInProgress().code;

/** The user has been deleted since the token was looked at. */
function explainClaim(error: unknown): never {
  throw isViolation(error, FOREIGN_KEY_VIOLATION) ? userIsGone() : ofNothing(error);
}

/**
 * Answers of 5xx and of 409 are not kept: the client is to try again. What was remembered stays, also where the work
 * could not know it: the answer to its COMMIT was lost. False where another request has the key and answers for both.
 */
async function settleRefused(pool: Pool, key: Claimed, error: unknown): Promise<boolean> {
  const isFinal = error instanceof Refusal && error.status < 500 && error.status !== 409;
  const settled = isFinal
    ? keepAnswer(pool, key, error.status, JSON.stringify(refusalOut(error)))
    : releaseKey(pool, key).then(() => !isLost(error));
  // Where the database is away the client waits no longer for this, and the lease ends the request instead.
  return Promise.race([settled.catch(() => true), sleep(PATIENCE_MS, true, { ref: false })]);
}

const refusalOut = ({ code, message, errors }: Refusal) => ({ code, message, errors });

/** The first answer, which this same work once gave. Throws where there is none yet, or the body was another one. */
async function replay<T extends KeptAnswer>(pool: Pool, key: Claimed, { isSecretGone }: Marker): Promise<T> {
  const kept = await findKey(pool, key);
  if (!kept) throw requestInProgress();
  if (!isSame(kept, key, isSecretGone)) throw keyReused();
  if (kept.status !== null && kept.answer !== null) return answerOf(kept.status, kept.answer) as T;
  if (kept.attemptStatus === 'Unknown') throw unresolved();
  throw requestInProgress();
}

/** A row of an older program is the same where nobody can tell: giving a first answer again does nothing. */
function isSame(kept: Kept, { bodyMark, fingerprint }: BodyMarks, isSecretGone: boolean): boolean {
  if (kept.bodyMark !== null) return kept.bodyMark.equals(bodyMark);
  return kept.fingerprint.equals(fingerprint) || isSecretGone;
}

function answerOf(status: number, text: string): KeptAnswer {
  const answer = JSON.parse(text) as KeptAnswer | ReturnType<typeof refusalOut>;
  if (!('code' in answer)) return answer;
  throw new Refusal(status, answer.code, answer.message, answer.errors ? { errors: answer.errors } : {});
}
