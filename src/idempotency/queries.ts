import {
  execute,
  many,
  maybeOne,
  sql,
  type AnyTx,
  type Sql,
  type Statement,
  type Tx,
} from '../platform/database/db.ts';
import { amongPlaces, createSweep, type Chore, type Which } from '../platform/database/sweep.ts';
import type { Log } from '../platform/log.ts';
import type { BodyMarks } from './body-marks.ts';

export type Key = { username: string; route: string; key: string };
/** A key that one request has claimed; `claim` identifies that request. */
export type Claimed = Key & BodyMarks & { claim: string };
type Claim = Claimed & { leaseSeconds: number; isSecretGone: boolean };

const KEPT = sql`interval '24 hours'`;

/**
 * Condition: the attempt of a key, if it has one, has this state. An attempt that cannot be seen counts as
 * not having it: a statement that waited for the row sees the row's newest state, but no attempt that began
 * while it waited.
 */
const hasNoAttemptBut = (condition: Statement): Statement => sql`(
    kept.attempt_id is null
    or exists (
      select from payment_transaction attempt
      where attempt.attempt_id = kept.attempt_id
        and ${condition}
    ))`;

/** A key older than a day. A key whose attempt may have charged is kept until an operator has resolved it. */
const isOver = sql`
  kept.created_at <= clock_timestamp() - ${KEPT}
  and ${hasNoAttemptBut(sql`attempt.status not in ('Processing', 'Unknown')`)}`;

/**
 * Claims a key for a request: a new key, a key older than a day, or the key of a process that died before it
 * began to pay. Returns false if another request has the key.
 */
export async function claimKey(
  on: Sql,
  { username, route, key, claim, fingerprint, bodyMark, leaseSeconds, isSecretGone }: Claim,
): Promise<boolean> {
  const claimed = await execute(
    on,
    sql`
    insert into idempotency_key as kept (username, route, key, claim, fingerprint, body_mark, lease_until)
    values (${username}, ${route}, ${key}, ${claim}, ${fingerprint}, ${bodyMark},
      clock_timestamp() + make_interval(secs => ${leaseSeconds}))
    on conflict (username, route, key) do update
      set claim = excluded.claim, fingerprint = excluded.fingerprint, body_mark = excluded.body_mark,
        lease_until = excluded.lease_until, created_at = clock_timestamp(),
        status = null, answer = null, attempt_id = null
      where (${isOver})
        or (kept.status is null
          and kept.lease_until <= clock_timestamp()
          and ${hasNoAttemptBut(sql`attempt.status = 'Failed'`)}
          and case
            when kept.body_mark is not null then kept.body_mark = excluded.body_mark
            else kept.fingerprint = excluded.fingerprint or ${isSecretGone}
          end)`,
  );
  return claimed > 0;
}

export type Kept = {
  fingerprint: Buffer;
  bodyMark: Buffer | null;
  status: number | null;
  answer: string | null;
  attemptStatus: string | null;
};

export async function findKey(on: Sql, key: Key): Promise<Kept | undefined> {
  return maybeOne<Kept>(
    on,
    sql`
    select kept.fingerprint, kept.body_mark as "bodyMark", kept.status, kept.answer, attempt.status as "attemptStatus"
    from idempotency_key kept
    left join payment_transaction attempt on attempt.attempt_id = kept.attempt_id
    where ${under(key)}`,
  );
}

/**
 * Locks a key until the transaction ends. Returns false if the key has an answer or another request has
 * claimed it.
 */
export async function lockKey(tx: Tx, key: Claimed): Promise<boolean> {
  const held = await many(
    tx,
    sql`
    select 1
    from idempotency_key
    where ${heldBy(key)}
      and status is null
    for update`,
  );
  return held.length > 0;
}

/**
 * Stores the first answer and no later one, where the condition `onlyIf` holds. Returns false if the key has
 * an answer or another request has claimed it.
 */
export const keepAnswer = (
  on: Sql,
  key: Claimed,
  status: number,
  answer: string,
  onlyIf: Statement = sql`true`,
): Promise<boolean> => fillIn(on, sql`${heldBy(key)} and ${onlyIf}`, status, answer);

/** Stores the answer of a request whose attempt an operator has resolved. */
export async function keepAnswerOfAttempt(
  on: Sql,
  attemptId: string,
  status: number,
  answer: string,
): Promise<void> {
  await fillIn(on, sql`attempt_id = ${attemptId}`, status, answer);
}

async function fillIn(on: Sql, which: Statement, status: number, answer: string): Promise<boolean> {
  const filled = await execute(
    on,
    sql`
    update idempotency_key
    set status = ${status}, answer = ${answer}
    where ${which}
      and status is null`,
  );
  return filled > 0;
}

const under = ({ username, route, key }: Key): Statement =>
  sql`username = ${username} and route = ${route} and key = ${key}`;

const heldBy = (key: Claimed): Statement => sql`${under(key)} and claim = ${key.claim}`;

/**
 * Links a locked key to the payment attempt that its request has begun in this transaction. Does nothing if
 * no attempt was written.
 */
export async function attachAttempt(tx: AnyTx, key: Claimed, attemptId: string): Promise<void> {
  await execute(
    tx,
    sql`
    update idempotency_key
    set attempt_id = ${attemptId}
    where ${heldBy(key)}
      and status is null
      and exists (select from payment_transaction where attempt_id = ${attemptId})`,
  );
}

/**
 * Links a key that an operator freed to its attempt again, after the attempt has charged. Never takes another
 * request's key.
 */
export async function regainKey(tx: Tx, key: Claimed, attemptId: string): Promise<void> {
  const { username, route, claim, fingerprint, bodyMark } = key;
  await execute(
    tx,
    sql`
    insert into idempotency_key (username, route, key, claim, fingerprint, body_mark, attempt_id, lease_until)
    values (${username}, ${route}, ${key.key}, ${claim}, ${fingerprint}, ${bodyMark}, ${attemptId}, clock_timestamp())
    on conflict (username, route, key) do nothing`,
  );
}

/** Frees a key whose request had no effect. A key whose attempt may have charged stays. */
export async function releaseKey(on: Sql, key: Claimed): Promise<void> {
  await execute(
    on,
    sql`
    delete from idempotency_key kept
    where ${heldBy(key)}
      and status is null
      and ${hasNoAttemptBut(sql`attempt.status = 'Failed'`)}`,
  );
}

/** Frees the key of a request whose attempt did not charge, as an operator found. */
export async function releaseKeyOfAttempt(on: Sql, attemptId: string): Promise<void> {
  await execute(
    on,
    sql`
    delete from idempotency_key
    where attempt_id = ${attemptId}
      and status is null`,
  );
}

/** Keys older than a day; `place` is the location of the row. */
const oldKeys = (on: Sql): Chore<string, { place: string }> => {
  const due = (which: Which<string>) => sql`
      select ctid
      from idempotency_key kept
      where ${isOver}
        -- The same bound once more, without a volatile function, so that the index on created_at can be used.
        and kept.created_at <= (select clock_timestamp()) - ${KEPT}
        and ${amongPlaces(sql`ctid`, which)}
      order by created_at
      limit ${which.atMost}`;
  return {
    name: 'keys',
    atMost: 1_000,
    async clean(which) {
      const done = await many<{ place: string }>(
        on,
        sql`
    delete from idempotency_key
    where ctid in (
      ${due(which)}
      for update of kept skip locked
    )
    returning ctid::text as place`,
      );
      return { met: done.length, done, left: [] };
    },
    list: async (which) => {
      const keys = await many<{ place: string }>(
        on,
        sql`select ctid::text as place from (${due(which)}) due`,
      );
      return keys.map(({ place }) => place);
    },
  };
};

/** Deletes keys older than a day, a thousand in a transaction. Returns their number. */
export const sweepKeys = (on: Sql, log?: Pick<Log, 'error'>): Promise<number> =>
  createSweep(oldKeys(on), log && { log })();
