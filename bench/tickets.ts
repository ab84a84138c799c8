import { many, sql } from '../src/platform/database/db.ts';
import type { Subject } from './figures.ts';
import { load } from './support/load.ts';
import type { Stage } from './support/stage.ts';

const BOOKINGS = 400;
let ids: number[] = [];

/** Paid bookings whose tickets were not printed yet. */
async function sellTickets({ pool, customers, firstShow }: Stage): Promise<void> {
  const [{ username } = { username: '' }] = customers;
  const rows = await many<{ id: number }>(
    pool,
    sql`
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
    select current_date + 31, ${firstShow}, ${username}, 1, 200, 'Confirmed', 'Card'
    from generate_series(1, ${BOOKINGS}::integer)
    returning id`,
  );
  ids = rows.map(({ id }) => id);
}

export const tickets: Subject = {
  name: 'PDF tickets, 4 connections',
  meaning:
    'How many tickets a second are printed after a premiere has sold out, each for the first time.\n' +
    'Printed with it: the slowest /health meanwhile, which is what printing costs everybody else.',
  unit: 'tickets/s',
  prepare: sellTickets,
  ours: async (stage, seconds) => {
    let next = 0;
    const headers = { authorization: `Bearer ${stage.customers[0]?.token}` };
    const printing = load({
      url: stage.app,
      connections: 4,
      seconds: Math.max(seconds, 5),
      requests: [
        {
          setupRequest: (request) => ({
            ...request,
            path: `/booking/${ids[next++ % ids.length]}/pdf`,
            headers,
          }),
        },
      ],
    });
    let slowestMs = 0;
    const printed = new AbortController();
    const watching = (async () => {
      while (!printed.signal.aborted) {
        const startedAt = performance.now();
        await fetch(`${stage.app}/health`);
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      }
    })();
    const { perSecond } = await printing.finally(() => printed.abort());
    await watching;
    console.log(`  the slowest /health while printing took ${slowestMs.toFixed(1)} ms`);
    return perSecond;
  },
};
