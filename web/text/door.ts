import { number, plural } from './formats.ts';

const tickets = (count: number) => plural(count, '# booking', '# bookings');
const outcomes = (counts: { in: number; already: number; invalid: number }) =>
  [
    counts.in > 0 && `${number(counts.in)} in`,
    counts.already > 0 && `${number(counts.already)} already in`,
    counts.invalid > 0 && `${number(counts.invalid)} not valid`,
  ]
    .filter(Boolean)
    .join(', ');
const people = (count: number) => plural(count, '# seat', '# seats');

/** The texts of the door, in the form of `text.ts`. */
export const door = {
  title: 'Door',
  toDesk: 'Desk',
  why: 'The door is for people who work here.',
  over: {
    why: (name: string) =>
      `The session of ${name} ended. Log in as the same or another user. Scans that are not confirmed are kept, and sent then.`,
    leave: 'Leave this page',
  },
  show: 'Show at this door',
  everyShow: 'Every show',
  showName: (time: string, movie: string) => `${time} ${movie}`,
  count: {
    title: 'Who is in',
    in: (seats: number) => `${number(seats)} in`,
    missing: (seats: number) => `${number(seats)} missing`,
    bookings: (inside: number, missing: number) => `${tickets(inside)} in, ${number(missing)} missing`,
    bar: (inside: number, all: number) => `${number(inside)} of ${people(all)} are in`,
    stale: (time: string) => `As of ${time}. Counting again…`,
    none: 'Choose a show to see how many are in.',
    list: 'Who is missing',
    everybody: 'Everybody is in.',
    nobody: 'Nothing is paid for this show yet.',
  },
  camera: {
    title: 'Scan a ticket',
    start: 'Start the camera',
    starting: 'The camera starts…',
    stop: 'Stop',
    torchOn: 'Light on',
    torchOff: 'Light off',
    other: 'Other camera',
    look: 'Hold the QR code into the picture',
    picture: 'What the camera sees',
    usb: 'A USB scanner works at any time, wherever the cursor is.',
    loadFailed: 'The reader of codes could not be loaded. Look at your network, then start the camera again.',
    photo: 'Photo of a QR code',
    photoHint: 'Take a photo of the ticket, or choose one',
    photoNone: 'There is no code to read in this photo. Take it again: nearer, and without glare.',
    photoReading: 'Reading the photo…',
    trouble: {
      insecure:
        'This page came over plain HTTP, so the browser gives it no camera. Open it by https, or use a photo, a USB scanner or the number.',
      denied:
        'The camera is not allowed for this page. Allow it in the browser’s settings for this site, then start it again.',
      missing: 'This device has no camera that can be found. Use a photo, a USB scanner or the number.',
      busy: 'Another page or program has the camera, or it was unplugged. Close the other one, then start it again.',
      failed: 'The camera did not start. Start it again, or use a photo, a USB scanner or the number.',
    },
  },
  sound: 'Sound',
  byHand: {
    title: 'Number by hand',
    label: 'Booking number',
    hint: 'Several at once: 12, 13, 14. The number alone proves nothing: look at the ticket.',
    fault: 'Write one number of a booking, or several with commas between them',
    submit: 'Check in',
  },
  search: {
    title: 'Search by name',
    label: 'Name, telephone or number',
    submit: 'Search',
    today: 'For today’s shows only',
    results: 'Found',
    none: 'No booking was found.',
    checkIn: (id: number) => `Check in ${id}`,
    choose: (id: number, name: string) => `Choose booking ${id}, ${name}`,
    chosen: (count: number) => plural(count, 'Check in the chosen one', 'Check in the # chosen'),
    statuses: { Pending: 'Not paid', Confirmed: 'Missing', CheckedIn: 'In' },
  },
  waiting: {
    title: 'Not confirmed',
    some: (count: number) =>
      plural(
        count,
        '# scan is NOT confirmed. It is kept on this device and sent again until the server answers.',
        '# scans are NOT confirmed. They are kept on this device and sent again until the server answers.',
      ),
    unkept: 'This browser keeps nothing: do not close or reload this page before they are confirmed.',
    sent: (counts: Parameters<typeof outcomes>[0]) =>
      `${number(counts.in + counts.already + counts.invalid)} sent: ${outcomes(counts)}`,
    now: 'Send now',
    forget: 'Forget it',
    forgetSure: 'It was never confirmed. If it is forgotten, nothing here knows of it any more.',
    keep: 'Keep it',
  },
  recent: {
    title: 'Recent scans',
    none: 'Nothing was scanned yet.',
    ticket: (id: number) => `Booking ${id}`,
    unread: 'A code',
    many: tickets,
  },
  verdict: {
    next: 'Next',
    checking: 'Checking…',
    in: 'In',
    already: 'Already in',
    invalid: 'Not valid',
    waiting: 'Not confirmed',
    other: 'Another show',
    seats: (seats: string, count: number) => `${people(count)}: ${seats}`,
    number: (id: number) => `Booking ${id}`,
    at: (time: string, by: string) => `Let in at ${time} by ${by}`,
    unknownTime: 'It is not known when, nor by whom.',
    here: (time: string) => `Scanned at this gate at ${time}`,
    mayBeOwn: (by: string) =>
      `This gate sent it for ${by} and got no answer, so this may be the same scan. Look at the people before you.`,
    waitingMore: 'No answer. The scan is kept, and sent again.',
    waitingUnknown: 'Nobody knows yet whether the ticket is good.',
    waitingSince: (time: string) => `Scanned here at ${time}`,
    saysOf: (show: string) => `The ticket says: ${show}`,
    otherMore: (show: string) => `This door is for ${show}. Nothing was checked in.`,
    allTheSame: 'Check in all the same',
    many: outcomes,
    of: (id: number, outcome: string) => `${id}: ${outcome}`,
    reasons: {
      forged: 'Forged, altered, or no ticket of this cinema',
      not_paid: 'Not paid',
      too_early: 'Too early: the door opens one hour before the show',
      over: 'The show is over',
      unknown: 'There is no such booking',
    },
    more: {
      forged: 'From a USB scanner it may be its keyboard setting: try the camera.',
      not_paid: 'If it was paid since, the customer’s page shows the ticket anew.',
      too_early: '',
      over: '',
      unknown: 'A hold that ended counts as none.',
    },
    refused: 'The server does not take this scan.',
    yesterday: (show: string) => `It was for ${show}`,
    later: (show: string) => `It is for ${show}`,
  },
};
