import { execute, many, maybeOne, sql, type Sql, type Statement } from '../database/db.ts';
import { amongPlaces, createSweep, type Chore, type Which } from '../database/sweep.ts';
import type { Log } from '../platform/log.ts';

export type Key = { username: string; route: string; key: string };
export type Claim = Key & { fingerprint: Buffer; leaseSeconds: number };

const KEPT = sql`interval '24 hours'`;

/** A key of more than a day ago; one whose attempt may have charged is kept until an operator has settled it. */
const isOver = sql`
  kept.created_at <= clock_timestamp() - ${KEPT}
  and not exists (
    select from payment_transaction attempt
    where attempt.attempt_id = kept.attempt_id
      and attempt.status in ('Processing', 'Unknown')
  )`;

/**
 * Makes a request the one that its key stands for: a key that is new, older than a day, or left by a process that died
 * before it began to pay. False where somebody else has it.
 */
export async function claimKey(
  on: Sql,
  { username, route, key, fingerprint, leaseSeconds }: Claim,
): Promise<boolean> {
  const claimed = await execute(
    on,
    sql`
    insert into idempotency_key as kept (username, route, key, fingerprint, lease_until)
    values (${username}, ${route}, ${key}, ${fingerprint}, clock_timestamp() + make_interval(secs => ${leaseSeconds}))
    on conflict (username, route, key) do update
      set fingerprint = excluded.fingerprint, lease_until = excluded.lease_until, created_at = clock_timestamp(),
        status = null, answer = null, attempt_id = null
      where (${isOver})
        or (kept.fingerprint = excluded.fingerprint
          and kept.status is null
          and kept.lease_until <= clock_timestamp()
          and not exists (
            select from payment_transaction attempt
            where attempt.attempt_id = kept.attempt_id
              and attempt.status <> 'Failed'
          ))`,
  );
  return claimed > 0;
}

export type Kept = {
  fingerprint: Buffer;
  status: number | null;
  answer: string | null;
  attemptStatus: string | null;
};

export async function findKey(on: Sql, key: Key): Promise<Kept | undefined> {
  return maybeOne<Kept>(
    on,
    sql`
    select kept.fingerprint, kept.status, kept.answer, attempt.status as "attemptStatus"
    from idempotency_key kept
    left join payment_transaction attempt on attempt.attempt_id = kept.attempt_id
    where ${under(key)}`,
  );
}

/** Keeps the first answer, and no later one. */
export const keepAnswer = (on: Sql, key: Key, status: number, answer: string): Promise<void> =>
  fillIn(on, under(key), status, answer);

/** The answer of a request whose attempt an operator has settled. */
export const keepAnswerOfAttempt = (
  on: Sql,
  attemptId: string,
  status: number,
  answer: string,
): Promise<void> => fillIn(on, sql`attempt_id = ${attemptId}`, status, answer);

async function fillIn(on: Sql, which: Statement, status: number, answer: string): Promise<void> {
  await execute(
    on,
    sql`
    update idempotency_key
    set status = ${status}, answer = ${answer}
    where ${which}
      and status is null`,
  );
}

const under = ({ username, route, key }: Key): Statement =>
  sql`username = ${username} and route = ${route} and key = ${key}`;

/** Ties a key to the payment attempt that its request begins, in the same transaction as the attempt. */
export async function attachAttempt(on: Sql, key: Key, attemptId: string): Promise<void> {
  await execute(
    on,
    sql`
    update idempotency_key
    set attempt_id = ${attemptId}
    where ${under(key)}`,
  );
}

/** Gives a key free whose request had no effect; one whose attempt may have charged stays. */
export async function releaseKey(on: Sql, key: Key): Promise<void> {
  await execute(
    on,
    sql`
    delete from idempotency_key kept
    where ${under(key)}
      and status is null
      and not exists (
        select from payment_transaction attempt
        where attempt.attempt_id = kept.attempt_id
          and attempt.status <> 'Failed'
      )`,
  );
}

/** Gives the key free of a request whose attempt never charged, in an operator's word. */
export async function releaseKeyOfAttempt(on: Sql, attemptId: string): Promise<void> {
  await execute(
    on,
    sql`
    delete from idempotency_key
    where attempt_id = ${attemptId}
      and status is null`,
  );
}

/** Keys of more than a day ago; `place` is that of the row. */
const oldKeys = (on: Sql): Chore<string, { place: string }> => {
  const due = (which: Which<string>) => sql`
      select ctid
      from idempotency_key kept
      where ${isOver}
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

/** Removes keys of more than a day ago, a thousand in a transaction; gives their number. */
export const sweepKeys = (on: Sql, log?: Pick<Log, 'error'>): Promise<number> =>
  createSweep(oldKeys(on), log && { log })();
