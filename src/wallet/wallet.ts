export { addToWallet, lockWallet, openWallet, payFromWallet } from './moves.ts';
