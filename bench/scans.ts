import type { Subject } from './figures.ts';
import { many, one, sql } from '../src/platform/database/db.ts';
import { ticketText } from '../src/tickets/text.ts';
import { load } from './support/load.ts';
import { bearer, type Stage } from './support/stage.ts';

const CONNECTIONS = 16;
const TICKETS = 60_000;
type Scan = { id: number; text: string };
const queues = new WeakMap<Stage, Scan[]>();

/** A show whose door is open now, and signed tickets for it, each good for one check-in. */
async function sell(stage: Stage): Promise<void> {
  if (queues.has(stage)) return;
  const { pool, customers } = stage;
  const { show } = await one<{ show: number }>(
    pool,
    sql`
    with opening as (
      insert into slot (name, start_time, end_time)
      values ('Bench', (now() at time zone 'UTC' - interval '30 minutes')::time,
        (now() at time zone 'UTC' + interval '3 hours')::time)
      returning id
    )
    insert into show (movie_id, date, slot_id, cost)
    select 'tt0111161', (now() at time zone 'UTC' - interval '30 minutes')::date, id, 200
    from opening
    returning id as show`,
  );
  const sold = await many<{ id: number; nonce: string }>(
    pool,
    sql`
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
    select current_date, ${show}, ${customers[0]?.username ?? ''}, 1, 200, 'Confirmed', 'Card'
    from generate_series(1, ${TICKETS}::integer)
    returning id, ticket_nonce as nonce`,
  );
  const key = await one<{ id: string; secret: string }>(pool, sql`select id, secret from ticket_key limit 1`);
  const facts = {
    customer: 'Asha Rao',
    phone: '7000000000',
    movie: 'The Shawshank Redemption',
    date: '2030-01-31',
  };
  const rest = { time: '6:30 PM', seats: 'A1', amount: '200.00', paymentType: 'Card', status: 'Confirmed' };
  queues.set(
    stage,
    sold.map(({ id, nonce }) => ({
      id,
      text: ticketText({ ...facts, ...rest, bookingId: id, isPaid: true, nonce }, key),
    })),
  );
}

function nextScan(stage: Stage): Scan {
  const scan = queues.get(stage)?.pop();
  if (!scan) throw new Error('all tickets are used up: fewer or shorter rounds, please');
  return scan;
}

export const scans: Subject = {
  name: `scan of a ticket, ${CONNECTIONS} connections`,
  meaning:
    'How many people a second come in through all the doors together when each has a signed ticket scanned.\n' +
    'The limit is the same statement behind bare Fastify, by the number alone and without a signature to check.',
  unit: 'scans/s',
  aim: '60 %',
  limitIs: 'the same statement bare',
  grows: true,
  prepare: sell,
  ours: (stage, seconds) =>
    scan(stage, { url: stage.app, path: '/check-in/booking', seconds }, ({ text }) => ({ ticket: text })),
  limit: (stage, seconds) => scan(stage, { url: stage.bare, path: '/scan', seconds }, ({ id }) => ({ id })),
};

async function scan(
  stage: Stage,
  { url, path, seconds }: { url: string; path: string; seconds: number },
  bodyOf: (scan: Scan) => object,
): Promise<number> {
  const { perSecond } = await load({
    url,
    connections: CONNECTIONS,
    seconds,
    requests: [
      {
        setupRequest: (request) => ({
          ...request,
          method: 'POST',
          path,
          headers: bearer(stage.admin.token),
          body: JSON.stringify(bodyOf(nextScan(stage))),
        }),
      },
    ],
  });
  return perSecond;
}
