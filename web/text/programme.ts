import { money, plural } from './formats.ts';

/** The programme of a day. */
export const day = {
  title: 'What is on',
  choose: 'Day',
  today: 'Today',
  tomorrow: 'Tomorrow',
  noneTitle: 'No shows on this day',
  none: 'Nothing is planned yet. Look at another day.',
  seatsLeft: (count: number) => plural(count, '# seat left', '# seats left'),
  few: (count: number) => plural(count, 'Only # seat left', 'Only # seats left'),
  soldOut: 'Sold out',
  started: 'Has started',
  from: (paise: number) => `from ${money(paise)}`,
  rating: (value: string) => `Rated ${value} of 10`,
  outOfReach: 'Tickets are sold for today and the next six days.',
  more: 'The plot',
  times: (movie: string) => `Times of ${movie}`,
};

/** The wall. */
export const wall = {
  title: 'Tonight',
  left: (count: number) => plural(count, 'seat left', 'seats left'),
  of: (taken: number, all: number) => `${taken} of ${all} seats taken`,
  none: 'No show tonight',
};
