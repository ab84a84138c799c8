import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from './app.ts';
import { openConnection, type Reply } from './connection.ts';

export type Crowd = {
  base: string;
  show: number;
  people: readonly Person[];
  /** Of this many customers one cancels the first hold that succeeds. */
  waverers: number;
};
/** What came of it all: how often each answer came, what nobody should be answered, and the bookings that were paid. */
export type Outcome = {
  seconds: number;
  answers: Record<string, number>;
  faults: string[];
  bookings: number[];
};
type Client = {
  ask(what: string, method: string, path: string, body?: object): Promise<Reply>;
  close(): void;
};
type Held = { id: number; seats: number };

const SEATS = 100;
const MOST_WANTED = 4;
const LET_IN_AT_ONCE = 250;

/**
 * Each customer waits with an open connection, and then, all at once: looks at the seat map, reaches for seats that look
 * free, and pays for them from the wallet; looks again where another was quicker, and comes again when asked to. Over
 * when all seats are paid for, or `withinSeconds` have passed.
 */
export async function sendCrowd(crowd: Crowd, withinSeconds: number): Promise<Outcome> {
  const { base, show, people, waverers } = crowd;
  const outcome: Outcome = { seconds: 0, answers: {}, faults: [], bookings: [] };
  const clients = people.map((person) => enter(base, person, outcome));
  try {
    for (let i = 0; i < clients.length; i += LET_IN_AT_ONCE) {
      const next = clients.slice(i, i + LET_IN_AT_ONCE);
      await Promise.all(next.map((client) => client.ask('arrive', 'GET', '/health')));
    }
    const startedAt = performance.now();
    let sold = 0;
    const goesOn = () => sold < SEATS && performance.now() - startedAt < withinSeconds * 1_000;
    const onSold = ({ id, seats }: Held) => {
      outcome.bookings.push(id);
      sold += seats;
      outcome.seconds = (performance.now() - startedAt) / 1_000;
    };
    const wavers = (place: number) => place % waverers === 0;
    await Promise.all(
      clients.map((client, place) => visit(client, { show, wavers: wavers(place), goesOn, onSold })),
    );
  } finally {
    for (const client of clients) client.close();
  }
  return outcome;
}

type Visit = { show: number; wavers: boolean; goesOn: () => boolean; onSold: (held: Held) => void };

async function visit(client: Client, { show, wavers, goesOn, onSold }: Visit): Promise<void> {
  let isUnsure = false;
  let cancels = wavers;
  while (goesOn()) {
    const reached = await reach(client, show);
    isUnsure ||= reached === 'busy';
    let held = typeof reached === 'object' ? reached : undefined;
    if (reached === 'full' && isUnsure) {
      held = await lookUp(client);
      isUnsure = false;
    }
    if (held === undefined) {
      if (reached === 'full') await sleep(500 + Math.random() * 1_000);
    } else if (cancels) {
      const { id } = held;
      cancels = false;
      await insist(() => client.ask('cancel', 'DELETE', `/customer/booking/${id}/cancel`));
    } else {
      if (await pay(client, held)) onSold(held);
      return;
    }
  }
}

/** Looks, and takes seats that look free: nothing where another was quicker. */
async function reach(client: Client, show: number): Promise<Held | 'full' | 'busy' | undefined> {
  const looked = await insist(() => client.ask('look', 'GET', `/shows/${show}/seat-map`));
  const free = freeSeats(looked.text);
  if (free.length === 0) return 'full';
  const wish = { show_id: show, seat_numbers: pick(free, 1 + Math.floor(Math.random() * MOST_WANTED)) };
  const held = await client.ask('hold', 'POST', '/customer/booking/initialize', wish);
  if (held.status === 201) return readHeld(held.text);
  if (held.status !== 503) return undefined;
  await pause(held);
  return 'busy';
}

/** A customer who was told that the service is busy may have seats all the same. */
async function lookUp(client: Client): Promise<Held | undefined> {
  const latest = await insist(() => client.ask('look up', 'GET', '/customer/bookings/latest'));
  return latest.text.includes('"status":"Pending"') ? readHeld(latest.text) : undefined;
}

async function pay(client: Client, { id }: Held): Promise<boolean> {
  const body = { booking_id: id, payment_method: 'Wallet' };
  const paid = await insist(() => client.ask('pay', 'POST', '/customer/booking/payment', body));
  // No longer pending: it was paid the time before, when the answer was that the service is busy.
  return paid.status === 200 || paid.code === 'INVALID_BOOKING_STATUS';
}

function readHeld(text: string): Held {
  const { data } = JSON.parse(text) as { data: { booking_id: number; seat_numbers: string[] } };
  return { id: data.booking_id, seats: data.seat_numbers.length };
}

// Read with the eye rather than parsed: the crowd looks many thousand times.
const freeSeats = (text: string) =>
  [...text.matchAll(/"occupied":false,"price":"[\d.]+","seat_number":"(\w+)"/g)].map(([, seat = '']) => seat);

function pick(free: string[], howMany: number): string[] {
  const start = Math.floor(Math.random() * free.length);
  return [...free.slice(start), ...free.slice(0, start)].slice(0, howMany);
}

/** Asks again when told that the service is busy. */
async function insist(ask: () => Promise<Reply>): Promise<Reply> {
  for (let tries = 1; ; tries++) {
    const reply = await ask();
    if (reply.status !== 503 || tries === 20) return reply;
    await pause(reply);
  }
}

const pause = ({ retryAfterSeconds }: Reply) => sleep((retryAfterSeconds + Math.random()) * 1_000);

/** A client whose answers are counted, and kept where nobody should get them. */
function enter(base: string, person: Person, { answers, faults }: Outcome): Client {
  const connection = openConnection(base);
  return {
    close: () => connection.close(),
    async ask(what, method, path, body) {
      const reply = await connection.ask(method, path, { as: person, body }).catch((error: Error) => {
        faults.push(`${what}: ${error.message}`);
        return { status: 0, code: 'no answer', text: '', retryAfterSeconds: 0 };
      });
      const said = `${what} ${reply.code}`;
      answers[said] = (answers[said] ?? 0) + 1;
      const isBusy = reply.status === 503 && reply.retryAfterSeconds > 0;
      if (reply.status >= 500 && !isBusy) faults.push(`${what}: ${reply.status} ${reply.text}`);
      return reply;
    },
  };
}
