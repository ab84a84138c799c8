import { plural } from './formats.ts';

/** Choosing and holding seats. */
export const hall = {
  screen: 'Screen',
  map: 'Map',
  list: 'List',
  view: 'Show seats as',
  seats: 'Seats',
  row: (label: string) => `Row ${label}`,
  rowOf: (label: string, type: string) => `Row ${label}, ${type}`,
  freeInRow: (count: number) => plural(count, '# free', '# free'),
  seat: (number: string, type: string, price: string, state: string) =>
    `${number}, ${type}, ${price}, ${state}`,
  states: {
    free: 'free',
    held: 'held, may come back',
    taken: 'taken',
    own: 'held by you',
    yours: 'your choice',
  },
  keysHint: 'Arrow keys move between seats. Space chooses a seat.',
  legend: 'What the seats mean',
  live: 'Live',
  reconnecting: (time: string) => `Reconnecting. Seats as of ${time}`,
  left: (count: number) => plural(count, '# seat free', '# seats free'),
  soldOut: 'This show is sold out.',
  soldOutMore: 'Held seats may come back. They appear here by themselves.',
  started: 'This show has started. Its seats are no longer sold.',
  noSeats: 'This show has no seats.',
  best: 'Best seats together',
  bestCount: 'How many',
  bestKind: 'Kind',
  anyKind: 'Any',
  bestPick: 'Choose for me',
  bestPicked: (seats: string) => `Chosen: ${seats}`,
  bestNone: (wanted: number, most: number) =>
    most === 0
      ? 'No such seat is free.'
      : `There are no ${wanted} seats together. ${plural(most, 'The most is #.', 'The most are #.')}`,
  summary: (taken: number, freed: number, left: number) =>
    [
      taken > 0 && plural(taken, '# seat was taken.', '# seats were taken.'),
      freed > 0 && plural(freed, '# seat came back.', '# seats came back.'),
      plural(left, '# is free.', '# are free.'),
    ]
      .filter(Boolean)
      .join(' '),
  goneFromChoice: (seats: string, count: number) =>
    `${seats} ${count === 1 ? 'was' : 'were'} just taken by somebody else. Choose again.`,
  mostSeats: (most: number) => `You can book ${most} seats at once.`,
  choice: 'Your seats',
  nothingChosen: 'Choose seats in the map',
  total: 'Total',
  remove: (number: string) => `Remove ${number}`,
  goOn: 'Continue',
  ownHold: (seats: string) => `You hold ${seats} in this show.`,
  resume: 'Resume and pay',
  before: 'Before the clock starts',
  hold: 'Hold these seats',
  holdAgain: 'The connection broke. Asking again…',
  holdLost: 'No answer came. Your seats may be held: look at your bookings before you try again.',
  holdLimit:
    'You hold as many unpaid seats in this show as one person may. Pay for them or let them go first.',
  unavailable: 'Some of these seats were just taken. The map shows which are free now.',
};
