export { type Balance, addToWallet, insertMove, lockBalance, openWallet, takeFromWallet } from './moves.ts';
