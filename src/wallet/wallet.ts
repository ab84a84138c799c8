export { topUpAnswer } from './answers.ts';
export { type Balance, addToWallet, insertMove, lockBalance, openWallet, takeFromWallet } from './moves.ts';
