/** Selling at the counter. */
export const sale = {
  title: 'Sale',
  shows: 'Shows of the day',
  noShow: 'No show can be sold on this day. Choose another day.',
  showGone: 'The show that you had chosen cannot be sold any more. This is the next one.',
  noneTogether: (count: number) => `There are no ${count} seats together.`,
  name: 'Name',
  phone: 'Telephone number',
  phoneFault: 'Write the 10 digits of the number',
  cash: 'Cash given',
  cashHint: 'Empty if it is the exact sum',
  cashFault: 'Write a sum in rupees, such as 500 or 320.50',
  short: (amount: string) => `${amount} is missing`,
  change: (amount: string) => `Change ${amount}`,
  noSeats: 'Choose seats first',
  fewer: (gone: string, left: string, amount: string) =>
    `Nothing was sold: ${gone} just went to somebody else. Sell again for ${left}, ${amount}.`,
  sell: (amount: string) => `Sell for ${amount}`,
  sold: (id: number) => `Sold. Booking ${id}`,
  next: 'Next sale',
  busy: 'The computers are busy. Nothing is sold yet; we ask again by ourselves.',
  unknownTitle: 'We do not know yet whether this is sold',
  unknown: (seats: string, name: string) =>
    `No answer came for ${seats} of ${name}. Do not sell them again, and keep the customer here: we ask until we know.`,
  wasNotSold: 'The last sale was not made. Nothing was sold: look at the seats, and sell again.',
  refusals: {
    SEATS_UNAVAILABLE: 'Nothing was sold: somebody else just got a seat. The rest is still chosen.',
    SHOW_ALREADY_STARTED: 'Nothing was sold: the show has started.',
    SHOW_NOT_FOUND: 'Nothing was sold: there is no such show any more.',
    INVALID_AMOUNT: 'Nothing was sold: the price is another one by now. Load the page again.',
  } as Record<string, string>,
};

export const keys = {
  open: 'Keys (F1)',
  title: 'Keys of the counter',
  sale: 'With seats chosen, five keys sell and print: F2, name, Tab, number, Tab, cash, Enter, Enter.',
  again: (id: number) => `Print ${id} again (F9)`,
  list: [
    ['F2', 'To the name of the customer'],
    ['F4', 'To the seats'],
    ['F8', 'To the shows'],
    ['F9', 'Prints the last ticket again'],
    ['F1', 'Shows these keys'],
    ['1 to 9, 0', 'In the seats: chooses so many together, 0 for ten'],
    ['Arrows', 'In the seats: to the next one; Home, End, Page up and down go further'],
    ['Space', 'In the seats: chooses one, or lets it go'],
    ['Enter', 'In the fields: sells. After the sale: prints, then begins the next one'],
  ] as const,
};

export const print = {
  print: 'Print',
  paper: 'Paper',
  papers: { page: 'Page (A4)', roll: 'Roll (80 mm)' },
  paid: (amount: string, kind: string) => `Paid ${amount} by ${kind}`,
};
