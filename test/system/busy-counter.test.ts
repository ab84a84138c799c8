import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createApi, type Api, type Session } from '../../scripts/evening/api.ts';
import {
  cancel,
  GOOD_CARD,
  hold,
  pay,
  payBy,
  readTicket,
  scan,
  sellAtCounter,
  type Scan,
  type Sold,
} from '../../scripts/evening/players.ts';
import { takingsOf } from '../../scripts/evening/tally.ts';
import { seededRandom } from '../../src/payments/simulator.ts';
import { employee, showAt } from '../checkins/door.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { tally } from '../support/call.ts';
import { startProcess } from '../support/process.ts';

const SALES = 200;
const COUNTERS = ['counter-1', 'counter-2', 'counter-3'];
const CUSTOMERS = 12;
// Enough that none is sold out.
const SHOWS = 8;
const SEED = 20;
const DECLINED_CARD = { ...GOOD_CARD, card_number: '4000000000000002' };

type Afternoon = {
  app: TestApp;
  /** The program runs twice; the next request uses the other process. */
  next: () => Api;
  shows: readonly number[];
  random: () => number;
  sold: Sold[];
  /** Sales that are not over count, so that none is made beyond the last. */
  underWay: number;
  lost: number;
  declined: number;
  onSold: (sold: Sold, as: Session) => void;
};
type Entry = { booking: number; door: number; scanned: Scan };

test('an afternoon of 200 sales at 3 counters and on line, and of 2 doors: the books agree', async (t) => {
  const afternoon = await open(t);
  const { app, sold } = afternoon;
  const doors = [app.staff, await employee(app, 'staff-2')];
  const entries: Promise<Entry[]>[] = [];
  afternoon.onSold = (one, as) => entries.push(enter(afternoon, one, { as, doors, place: entries.length }));

  const customers = await app.customers(CUSTOMERS, { balance: '3000.00' });
  const counters = await Promise.all(COUNTERS.map((name) => employee(app, name, 'admin')));
  await Promise.all([
    ...counters.map((admin) => sell(afternoon, admin)),
    ...customers.map((customer) => buy(afternoon, customer)),
  ]);
  const entered = (await Promise.all(entries)).flat();

  t.diagnostic(`by ${JSON.stringify(tally(sold.map(({ by }) => by)))}`);
  t.diagnostic(`${afternoon.lost} times another was quicker, ${afternoon.declined} cards were declined`);
  assert.equal(sold.length, SALES);
  assert.ok(afternoon.lost > 0 && afternoon.declined > 0, 'it was busy');
  await assertSalesAreBooked(afternoon);
  await assertReportsAgree(afternoon);
  await assertEachEnteredOnce(afternoon, entered);
  const findings = await audit(app.pool, app.bank.charges());
  assert.deepEqual(findings.attempts, []);
});

async function open(t: TestContext): Promise<Afternoon> {
  const app = await startApp(t);
  const other = await startProcess(t, {
    databaseUrl: app.databaseUrl,
    env: { PAYMENT_GATEWAY_URL: app.bank.url },
  });
  const apis = [createApi(app.base), createApi(other.base)];
  const shows: number[] = [];
  while (shows.length < SHOWS) shows.push(await showAt(app, { inMinutes: 30 }));
  let turn = 0;
  const random = seededRandom(SEED);
  const next = () => apis[turn++ % apis.length] ?? createApi(app.base);
  return { app, next, shows, random, sold: [], underWay: 0, lost: 0, declined: 0, onSold: () => {} };
}

const below = ({ random }: Afternoon, end: number) => Math.floor(random() * end);

/** Everybody wants the same two rows of the show that is filling up, so that they are in each other's way. */
function wishOf(afternoon: Afternoon, left: number) {
  const { shows, sold } = afternoon;
  const filling = Math.floor((1 - left / SALES) * (SHOWS - 1)) + below(afternoon, 2);
  return { show: shows[filling] ?? 0, seats: 1 + (sold.length % 3), row: 5 + below(afternoon, 2) };
}

const left = ({ sold, underWay }: Afternoon) => SALES - sold.length - underWay;

/** One sale, counted as under way until it is told. */
async function deal(
  afternoon: Afternoon,
  play: (wish: ReturnType<typeof wishOf>) => Promise<Sold | undefined>,
) {
  const wish = wishOf(afternoon, left(afternoon));
  afternoon.underWay += 1;
  try {
    const one = await play(wish);
    if (one) afternoon.sold.push(one);
    return one;
  } finally {
    afternoon.underWay -= 1;
  }
}

async function sell(afternoon: Afternoon, admin: Session): Promise<void> {
  const guest = { name: 'Walk In', phone: '9876543210' };
  const onLost = () => (afternoon.lost += 1);
  while (left(afternoon) > 0) {
    const sold = await deal(afternoon, (wish) =>
      sellAtCounter(afternoon.next(), admin, { wish, guest, onLost }),
    );
    assert.ok(sold, 'seats are left');
    afternoon.onSold(sold, admin);
  }
}

async function buy(afternoon: Afternoon, customer: Session): Promise<void> {
  const onLost = () => (afternoon.lost += 1);
  while (left(afternoon) > 0) {
    const sold = await deal(afternoon, async (wish) => {
      const held = await hold(afternoon.next(), customer, { wish, onLost });
      assert.ok(held, 'seats are left');
      const chance = afternoon.random();
      if (chance < 0.1) return void (await cancel(afternoon.next(), customer, held));
      if (chance < 0.25) {
        const refused = await pay(afternoon.next(), customer, held, payBy('Card', DECLINED_CARD));
        assert.ok('code' in refused && refused.code === 'PAYMENT_FAILED', JSON.stringify(refused));
        afternoon.declined += 1;
      }
      // Where the wallet does not hold enough, the rest is charged to the card.
      const by = payBy(chance < 0.6 ? 'Card' : 'Wallet', GOOD_CARD);
      const paid = await pay(afternoon.next(), customer, held, by);
      assert.ok('booking' in paid, JSON.stringify(paid));
      return paid;
    });
    if (sold) afternoon.onSold(sold, customer);
  }
}

type Entering = { as: Session; doors: readonly Session[]; place: number };

/** Every fourth shows a ticket, the others say its number; at one door, and every second at both doors at once. */
async function enter(
  { next }: Afternoon,
  { booking }: Sold,
  { as, doors, place }: Entering,
): Promise<Entry[]> {
  const shown = place % 4 === 0 ? { ticket: await readTicket(next(), as, booking) } : { booking_id: booking };
  const tried = place % 2 === 0 ? doors.keys() : [place % doors.length];
  return Promise.all(
    [...tried].map(async (door) => ({
      booking,
      door,
      scanned: await scan(next(), doors[door] ?? as, shown),
    })),
  );
}

async function assertSalesAreBooked({ app, sold }: Afternoon): Promise<void> {
  const rows = await app.rows<{ booking: number; amount: number; by: Sold['by']; seats: string[] }>(`
    select booking.id as booking, booking.amount_paid::float as amount, booking.payment_type as by,
      array_agg(seat.seat_number::text order by seat.seat_number) as seats
    from booking join booking_seat_mapping seat on seat.booking_id = booking.id
    where booking.status <> 'Pending' and seat.held_until is null
    group by booking.id order by booking.id`);
  const told = sold
    .toSorted((a, b) => a.booking - b.booking)
    .map(({ booking, seats, amount, by }) => ({ booking, seats: seats.toSorted(), amount, by }));
  assert.deepEqual(
    rows.map(({ booking, seats, amount, by }) => ({ booking, seats, amount, by })),
    told,
  );
  assert.equal(await app.count('booking', `status = 'Pending'`), 0);
}

/** Revenue, export and what was told at the counters and on line come to the same. */
async function assertReportsAgree({ app, sold }: Afternoon): Promise<void> {
  const { total, seats } = takingsOf(sold);
  const { data } = await app.get('/revenue?timeframe=all', { as: app.admin });
  assert.deepEqual(
    [data['total_revenue'], data['total_bookings'], data['total_seats_booked']],
    [total, SALES, seats],
  );
  const { text } = await app.get('/booking-csv', { as: app.staff });
  const lines = text.trim().split('\n').slice(1);
  const amounts = lines.map((line) => Math.round(Number(line.split(',')[6]) * 100));
  assert.deepEqual([lines.length, amounts.reduce((sum, paise) => sum + paise, 0) / 100], [SALES, total]);
}

async function assertEachEnteredOnce({ app, sold }: Afternoon, entered: readonly Entry[]): Promise<void> {
  const outcomes = tally(entered.map(({ scanned }) => scanned.outcome));
  assert.deepEqual(outcomes, { checked_in: SALES, already_done: entered.length - SALES });
  const letIn = entered
    .filter(({ scanned }) => scanned.outcome === 'checked_in')
    .map(({ booking }) => booking);
  const bookings = sold.map(({ booking }) => booking).toSorted((a, b) => a - b);
  assert.deepEqual(
    letIn.toSorted((a, b) => a - b),
    bookings,
  );
  assert.equal(await app.count('check_in'), SALES);
  assert.equal(await app.count('booking', `status = 'CheckedIn'`), SALES);
}
