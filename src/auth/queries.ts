import { execute, many, maybeOne, one, sql, type Sql, type Tx } from '../platform/database/db.ts';
import { ownerOf } from './emails.ts';

export type UserState = {
  username: string;
  role: string;
  version: number;
  exceptedSession: string | null;
  endedSessions: string[];
  accountKey: string;
  /** In seconds since 1970, infinite ones included: tokens without a key are good if they were issued from then on. */
  keylessSince: number;
};

export async function listUserStates(on: Sql, usernames: readonly string[]): Promise<UserState[]> {
  return many<UserState>(
    on,
    sql`
    select username, role, session_version as version, excepted_session as "exceptedSession",
      account_key as "accountKey", extract(epoch from keyless_since)::float8 as "keylessSince",
      array(
        select session_id
        from ended_session
        where ended_session.username = usertable.username
      ) as "endedSessions"
    from usertable
    where username = any (${usernames})`,
  );
}

export type Credentials = {
  username: string;
  role: string;
  version: number;
  accountKey: string;
  passwordHash: string;
};

export async function findCredentials(on: Sql, username: string): Promise<Credentials | undefined> {
  return maybeOne<Credentials>(
    on,
    sql`
    select username, role, session_version as version, account_key as "accountKey", password as "passwordHash"
    from usertable
    where username = ${username}`,
  );
}

export async function hasAdmin(on: Sql): Promise<boolean> {
  const { found } = await one<{ found: boolean }>(
    on,
    sql`select exists (select from usertable where role = 'admin') as found`,
  );
  return found;
}

/** Replaces a hash by one of another cost, here and in the history, unless the password has changed meanwhile. */
export async function updateHash(on: Sql, username: string, from: string, to: string): Promise<void> {
  await execute(
    on,
    sql`
    with renewed as (
      update usertable
      set password = ${to}
      where username = ${username}
        and password = ${from}
      returning username
    )
    update password_history
    set previous_password_1 = ${to}
    from renewed
    where password_history.username = renewed.username
      and previous_password_1 = ${from}`,
  );
}

/** Hashes, newest first; the one in use is among `earlier` too. */
export type Passwords = { username: string; inUse: string; earlier: string[] };

const PASSWORDS = sql`
  select usertable.username, usertable.password as "inUse",
    array_remove(array[previous_password_1, previous_password_2, previous_password_3]::text[], null) as earlier
  from usertable
  left join password_history on password_history.username = usertable.username`;

export async function findPasswords(on: Sql, username: string): Promise<Passwords | undefined> {
  return maybeOne<Passwords>(
    on,
    sql`
    ${PASSWORDS}
    where usertable.username = ${username}`,
  );
}

export async function findPasswordsByEmail(on: Sql, email: string): Promise<Passwords | undefined> {
  return maybeOne<Passwords>(
    on,
    sql`
    ${PASSWORDS}
    where usertable.username = ${ownerOf(email)}`,
  );
}

export type Replacement = { username: string; from: string; to: string; sessionId?: string | undefined };

/**
 * Sets a new password, adds it to the history and ends all other sessions. Returns false if `from` is no
 * longer the password in use. Both of two concurrent changes lock the user's row, so they run one after the
 * other.
 */
export async function replacePassword(
  tx: Tx,
  { username, from, to, sessionId }: Replacement,
): Promise<boolean> {
  const written = await execute(
    tx,
    sql`
    with changed as (
      update usertable
      set password = ${to}, session_version = session_version + 1, excepted_session = ${sessionId ?? null}
      where username = ${username}
        and password = ${from}
      returning username
    )
    insert into password_history as history (username, previous_password_1, previous_password_2)
    select username, ${to}, ${from}
    from changed
    on conflict (username) do update
      set previous_password_1 = excluded.previous_password_1,
        previous_password_2 = excluded.previous_password_2,
        previous_password_3 = case history.previous_password_1
          when excluded.previous_password_2 then history.previous_password_2
          else history.previous_password_1
        end`,
  );
  return written > 0;
}

export type StaffProfile = {
  username: string;
  name: string;
  counterNo: number | null;
  createdAt: Date | null;
};

export async function findStaffProfile(on: Sql, username: string): Promise<StaffProfile | undefined> {
  return maybeOne<StaffProfile>(
    on,
    sql`
    select usertable.username, stafftable.name, stafftable.counter_no as "counterNo",
      usertable.created_at as "createdAt"
    from usertable
    join stafftable on stafftable.username = usertable.username
    where usertable.username = ${username}
    order by stafftable.id
    limit 1`,
  );
}

// Longer than any process caches the state of a user (sessions.ts).
const BELIEVED_SECONDS = 1;

/**
 * Writes a user and the history of passwords, which begins with this one. Returns false if the name is taken.
 * If another account used the name until lately, this waits until no process takes the new account for the
 * old one.
 */
export async function insertUser(
  tx: Tx,
  user: { username: string; passwordHash: string; role: string },
): Promise<boolean> {
  const written = await execute(
    tx,
    sql`
    with born as (
      insert into usertable (username, password, role)
      values (${user.username}, ${user.passwordHash}, ${user.role}::user_role_enum)
      on conflict (username) do nothing
      returning username, password
    )
    insert into password_history (username, previous_password_1)
    select username, password
    from born
    on conflict (username) do update set previous_password_1 = excluded.previous_password_1`,
  );
  if (written === 0) return false;
  await tx.run(sql`
    select pg_sleep(${BELIEVED_SECONDS})
    from ended_account
    where username = ${user.username}`);
  return true;
}

export async function insertStaff(
  tx: Tx,
  staff: { username: string; name: string; counterNo: number },
): Promise<void> {
  await execute(
    tx,
    sql`
    insert into stafftable (username, name, counter_no)
    select ${staff.username}, ${staff.name}, ${staff.counterNo}
    where not exists (select from stafftable where username = ${staff.username})`,
  );
}
