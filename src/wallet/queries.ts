import { many, sql, type Sql } from '../platform/database/db.ts';

export type WalletRow = { username: string; balance: string; updatedAt: Date };

export async function listWallets(on: Sql, usernames: readonly string[]): Promise<WalletRow[]> {
  return many<WalletRow>(
    on,
    sql`
    select username, balance, updated_at as "updatedAt"
    from customer_wallet
    where username = any (${usernames})`,
  );
}

export type MoveRow = {
  id: number;
  amount: string;
  type: 'ADD' | 'DEDUCT';
  bookingId: number | null;
  transactionId: string;
  movedAt: Date;
};

/** The history of a wallet, newest first. */
export async function listMoves(on: Sql, username: string): Promise<MoveRow[]> {
  return many<MoveRow>(
    on,
    sql`
    select id, amount, transaction_type as type, booking_id as "bookingId", transaction_id as "transactionId",
      timestamp as "movedAt"
    from wallet_transaction
    where username = ${username}
    order by timestamp desc, id desc`,
  );
}
