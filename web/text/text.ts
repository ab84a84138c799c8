import { account, recovery } from './account.ts';
import { ticket, list } from './bookings.ts';
import { hall } from './hall.ts';
import { pay } from './pay.ts';
import { problem } from './problem.ts';
import { day, wall } from './programme.ts';
import { session } from './session.ts';
import { purse } from './wallet.ts';

/**
 * Every text of the customers' app, and of what all parts of the web app share. For another language: a second
 * object of the same type. Parts that vary are arguments, so that each language puts them where it needs them.
 */
export const text = {
  brand: 'SkyFox',
  skip: 'Skip to content',
  menu: 'Pages',
  programme: 'Programme',
  bookings: 'Bookings',
  wallet: 'Wallet',
  profile: 'Profile',
  desk: 'Desk',
  ledBack: 'The desk and the door are for people who work here. You are logged in as a customer.',
  logIn: 'Log in',
  loading: 'Loading',
  tryAgain: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  back: 'Back',
  save: 'Save',
  sending: 'One moment…',
  offline: 'You are off line. What you see may be old; it is read again when the network is back.',
  required: 'This field is required',
  problem,
  session,
  day,
  hall,
  pay,
  ticket,
  list,
  purse,
  account,
  recovery,
  wall,
};
export type Text = typeof text;
