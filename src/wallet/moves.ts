import { completeAttempt } from '../payments/payments.ts';
import {
  execute,
  maybeOne,
  sql,
  type AnyTx,
  type Sql,
  type Statement,
  type Tx,
} from '../platform/database/db.ts';
import { notACustomer } from './errors.ts';

type Amount = { username: string | null; amount: string };

/**
 * `update` that takes an amount from a wallet if its balance is sufficient and the condition `onlyIf` holds;
 * returns its `id`.
 */
export const takeFromWallet = ({
  username,
  amount,
  onlyIf,
}: Amount & { onlyIf: Statement }): Statement => sql`
      update customer_wallet
      set balance = balance - ${amount}, updated_at = clock_timestamp()
      where username = ${username}
        and balance >= ${amount}
        and ${onlyIf}
      returning id`;

export type Move = Amount & { type: 'ADD' | 'DEDUCT'; bookingId: number | null; transactionId: string };

/** `insert` of a row of the history, for the wallet whose `id` is in the clause that `wallet` names. */
export const insertMove = ({
  username,
  amount,
  type,
  bookingId,
  transactionId,
  wallet,
}: Move & { wallet: Statement }) => sql`
      insert into wallet_transaction (wallet_id, username, booking_id, transaction_id, amount, timestamp, transaction_type)
      select id, ${username}, ${bookingId}::bigint, ${transactionId}, ${amount}, clock_timestamp(), ${type}
      from ${wallet}`;

export type Balance = { balance: string; updatedAt: Date };
/** The money of a charge. `attempt` has charged it, and is completed with it. */
export type Addition = { username: string; amount: string; transactionId: string; attempt?: number };

/**
 * Adds the money of a charge and its row of the history, in one statement. Opens the wallet if a customer of
 * the reference has none. Throws CUSTOMER_NOT_FOUND, and has then written nothing.
 */
export async function addToWallet(
  tx: AnyTx,
  { username, amount, transactionId, attempt }: Addition,
): Promise<Balance> {
  const onlyIf = sql`exists (select from added)`;
  const completed =
    attempt === undefined
      ? sql``
      : sql`,
    completed as (${completeAttempt({ id: attempt, transactionId, onlyIf })}
    )`;
  const move = { username, amount, transactionId, type: 'ADD', bookingId: null } as const;
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
      returning id, balance, updated_at
    ),
    moved as (${insertMove({ ...move, wallet: sql`added` })}
    )${completed}
    select balance, updated_at as "updatedAt"
    from added`,
  );
  if (!added) throw notACustomer();
  return added;
}

/**
 * The balance of a wallet, locked until the transaction ends. Opens the wallet if there is none. Throws
 * CUSTOMER_NOT_FOUND.
 */
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

/** Only for customers: a database that was taken over may have other users here. */
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
