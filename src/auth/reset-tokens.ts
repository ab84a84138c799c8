import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { execute, many, maybeOne, sql, type Pool, type Sql, type Tx } from '../platform/database/db.ts';
import { among, createSweep, type Chore, type Which } from '../platform/database/sweep.ts';
import type { Log } from '../platform/log.ts';

export const RESET_TOKEN_SECONDS = 300;

/**
 * Replaces any older reset token by a new one. Returns none if the customer's e-mail has changed meanwhile.
 */
export async function issueResetToken(
  pool: Pool,
  username: string,
  email: string,
): Promise<string | undefined> {
  const token = randomUUID();
  return pool.transaction(async (tx) => {
    // The lock serialises these transactions. Without it two of them could each delete nothing and then both
    // insert.
    if (!(await lockEmail(tx, username, email))) return undefined;
    await insertResetToken(tx, email, digest(token));
    return token;
  });
}

/**
 * Whether the customer has this e-mail address. The row stays locked, so the address cannot change until the
 * transaction ends.
 */
async function lockEmail(tx: Tx, username: string, email: string): Promise<boolean> {
  const locked = await maybeOne(
    tx,
    sql`
    select from customertable
    where username = ${username}
      and email = ${email}
    for no key update`,
  );
  return locked !== undefined;
}

async function insertResetToken(tx: Tx, email: string, kept: string): Promise<void> {
  await execute(
    tx,
    sql`
    with older as (
      delete from password_reset_tokens
      where email = ${email}
    )
    insert into password_reset_tokens (email, token, created_at, expires_at)
    select ${email}, ${kept}, clock.now, clock.now + make_interval(secs => ${RESET_TOKEN_SECONDS})
    from (select clock_timestamp() at time zone 'utc' as now) clock`,
  );
}

const emailOf = (username: string) => sql`(select email from customertable where username = ${username})`;
const isLive = sql`not used and expires_at > clock_timestamp() at time zone 'utc'`;

/** Whether this is the customer's token, has not expired and is unused. */
export async function hasResetToken(on: Sql, username: string, token: string): Promise<boolean> {
  const live = await many<{ kept: string }>(
    on,
    sql`
    select token as kept
    from password_reset_tokens
    where email = ${emailOf(username)}
      and ${isLive}`,
  );
  return live.some(({ kept }) => isSame(digest(token), kept));
}

/** Deletes the customer's tokens. Returns false if the given token is no longer valid. */
export async function takeResetTokens(tx: Tx, username: string, token: string): Promise<boolean> {
  const taken = await many<{ right: boolean }>(
    tx,
    sql`
    delete from password_reset_tokens
    where email = ${emailOf(username)}
    returning token = ${digest(token)} and ${isLive} as right`,
  );
  return taken.some(({ right }) => right);
}

const oldTokens = (on: Sql): Chore<number, { id: number }> => {
  const due = (which: Which<number>) => sql`
      select id
      from password_reset_tokens
      where expires_at <= clock_timestamp() at time zone 'utc'
        and ${among(sql`id`, which)}
      order by id
      limit ${which.atMost}`;
  return {
    name: 'reset tokens',
    atMost: 1_000,
    async clean(which) {
      const done = await many<{ id: number }>(
        on,
        sql`
    delete from password_reset_tokens
    where id in (
      ${due(which)}
      for update skip locked
    )
    returning id`,
      );
      return { met: done.length, done, left: [] };
    },
    list: async (which) => (await many<{ id: number }>(on, due(which))).map(({ id }) => id),
  };
};

/** Deletes expired tokens, a thousand in a transaction. Returns their number. */
export const sweepResetTokens = (on: Sql, log?: Pick<Log, 'error'>): Promise<number> =>
  createSweep(oldTokens(on), log && { log })();

export async function deleteResetTokens(on: Sql, username: string): Promise<void> {
  await execute(
    on,
    sql`
    delete from password_reset_tokens
    where email = ${emailOf(username)}`,
  );
}

const digest = (token: string) => createHash('sha256').update(token).digest('hex');

function isSame(given: string, kept: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(kept)];
  return left.length === right.length && timingSafeEqual(left, right);
}
