import { moneyOut } from '../platform/money.ts';
import type { Balance } from './moves.ts';

/** A wallet as its customer sees it. */
export const walletOut = (username: string, { balance, updatedAt }: Balance) => ({
  username,
  balance: moneyOut(balance),
  updated_at: updatedAt.toISOString(),
});

/** The answer to a top-up. */
export const topUpAnswer = (username: string, balance: Balance) => ({
  message: 'Funds added successfully',
  data: walletOut(username, balance),
});
