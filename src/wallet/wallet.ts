export { type Balance, addToWallet, lockBalance, openWallet, payFromWallet } from './moves.ts';
