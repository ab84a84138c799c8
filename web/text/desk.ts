import { keys, print, sale } from './counter.ts';
import { plural } from './formats.ts';

/** Every text of the desk, in the form of `text.ts`. */
export const desk = {
  counter: 'Counter',
  bookings: 'Bookings',
  door: 'Door',
  programme: 'Programme',
  revenue: 'Revenue',
  logIn: 'The desk is for people who work here.',
  adminsTitle: 'For admins only',
  admins: 'Your account may look at bookings, export them and check tickets in. Selling is for admins.',
  toBookings: 'Find a booking',
  idle: {
    title: 'Are you still there?',
    spoken: (seconds: number) =>
      `Nobody uses this desk. It logs out in ${plural(seconds, '# second', '# seconds')}. Press any key to stay.`,
    warning: (seconds: number) =>
      `Nobody uses this desk. It logs out in ${plural(seconds, '# second', '# seconds')}. What is being sold is kept.`,
    stay: 'Stay logged in',
  },
  find: {
    title: 'Find a booking',
    query: 'Booking number, name or telephone number',
    queryHint: 'A number of a booking, a part of a name, or at least four digits of a telephone number',
    date: 'Day of the show',
    submit: 'Search',
    results: 'Bookings, newest first',
    none: 'No booking was found.',
    older: 'Search older bookings',
    found: (count: number) => plural(count, '# booking shown', '# bookings shown'),
    statuses: { Pending: 'Held, not paid', Confirmed: 'Paid', CheckedIn: 'Checked in' },
  },
  exporting: {
    title: 'Export paid bookings',
    month: 'Month',
    everyMonth: 'Every month',
    year: 'Year',
    yearHint: 'Empty for every year',
    yearFault: 'Write a year, such as 2026',
    excel: 'For Excel: names and telephone numbers in every script keep their form',
    submit: 'Save as CSV',
    done: (name: string) => `Saved as ${name}`,
  },
  sale,
  keys,
  print,
  over: {
    why: (name: string) =>
      `The session of ${name} ended. Log in as the same or another user, and the sale goes on where it was.`,
    leave: 'Leave, and forget this sale',
    leaveSent: 'Leave. The sale that was sent is asked for again after the next login',
  },
};
