import { plural } from './formats.ts';

/** What went wrong, on any page. */
export const problem = {
  title: 'That did not work',
  lost: 'No answer came. Look at your network, then try again.',
  busy: 'The cinema’s computers are busy. Try again in a moment.',
  broken: 'Something went wrong on our side. Try again; if it stays so, tell us the number below.',
  tooMany: (seconds: number) =>
    `Too many tries. Wait ${plural(seconds, '# second', '# seconds')}, then try again.`,
  loggedOut: 'Log in again to go on.',
  customersOnly: 'This page is for customers. You are logged in as somebody who works here.',
  notAllowed: 'Your account may not do this. Ask an admin.',
  reference: (id: string) => `Number for questions: ${id}`,
  notFoundTitle: 'There is no such page',
  notFound: 'The address may be old, or mistyped.',
  toProgramme: 'Go to the programme',
  faultTitle: 'This page broke',
  fault: 'The rest of the app still works. Load the page again.',
  reload: 'Load again',
};
