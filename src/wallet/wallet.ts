export { addToWallet, lockBalance, openWallet, payFromWallet } from './moves.ts';
