import { execute, maybeOne, sql, type Sql, type Statement, type Tx } from '../platform/database/db.ts';
import { notACustomer } from './errors.ts';

/**
 * The CTEs `taken`, `paid` and `history`: take `amount` for each row of `due` (booking_id, username, amount) from a
 * wallet that has as much, with the row of its history. `paid` has a row where the money moved.
 */
export const payFromWallet: Statement = sql`
  taken as (
    update customer_wallet wallet
    set balance = wallet.balance - due.amount, updated_at = clock_timestamp()
    from due
    where wallet.username = due.username
      and wallet.balance >= due.amount
    returning wallet.id as wallet_id, due.booking_id, due.username, due.amount
  ),
  paid as (
    select taken.*, gen_random_uuid()::text as transaction_id
    from taken
  ),
  history as (
    insert into wallet_transaction (wallet_id, username, booking_id, transaction_id, amount, timestamp, transaction_type)
    select wallet_id, username, booking_id, transaction_id, amount, clock_timestamp(), 'DEDUCT'
    from paid
  )`;

export type Balance = { balance: string; updatedAt: Date };
export type Addition = { username: string; amount: string; transactionId: string };

/**
 * Adds money that a card was charged for, with the row of its history, in one statement. Customers of the reference
 * may lack a wallet: it is opened. Throws CUSTOMER_NOT_FOUND.
 */
export async function addToWallet(tx: Tx, { username, amount, transactionId }: Addition): Promise<Balance> {
  const added = await maybeOne<Balance>(
    tx,
    sql`
    with added as (
      insert into customer_wallet as wallet (username, balance)
      select username, ${amount}::numeric
      from customertable
      where username = ${username}
      on conflict (username) do update
        set balance = wallet.balance + excluded.balance, updated_at = clock_timestamp()
      returning id, username, balance, updated_at
    ),
    history as (
      insert into wallet_transaction (wallet_id, username, transaction_id, amount, timestamp, transaction_type)
      select id, username, ${transactionId}, ${amount}, clock_timestamp(), 'ADD'
      from added
    )
    select balance, updated_at as "updatedAt"
    from added`,
  );
  if (!added) throw notACustomer();
  return added;
}

/** What a wallet holds; locked until the transaction ends. Opened where there is none. Throws CUSTOMER_NOT_FOUND. */
export async function lockBalance(tx: Tx, username: string): Promise<Balance> {
  const wallet =
    (await lockWallet(tx, username)) ?? (await openWallet(tx, username), await lockWallet(tx, username));
  if (!wallet) throw notACustomer();
  return wallet;
}

async function lockWallet(tx: Tx, username: string): Promise<Balance | undefined> {
  return maybeOne<Balance>(
    tx,
    sql`
    select balance, updated_at as "updatedAt"
    from customer_wallet
    where username = ${username}
    for update`,
  );
}

/** Not for users who are no customers, as a database that was taken over may have. */
export async function openWallet(on: Sql, username: string): Promise<void> {
  await execute(
    on,
    sql`
    insert into customer_wallet (username)
    select username
    from customertable
    where username = ${username}
    on conflict (username) do nothing`,
  );
}
