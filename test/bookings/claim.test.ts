import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp, type Person } from '../support/app.ts';
import { assertHouseInOrder } from '../support/books.ts';
import { assertLockOrder, byHand, type Hand } from '../support/by-hand.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

// Nothing cleans up, and claims of one customer wait for each other.
const app = await startApp(wholeFile, { env: { MAX_SEATS_HELD: '4' } });
await app.needs.monitor.stop();

const held = async (person: Person, show: number, seats: string[]) =>
  Number((await app.hold(person, show, seats)).data['booking_id']);

test('a claim that takes seats over locks them in the order of their numbers', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  await app.age(await held(rival, show, ['A2', 'A10']));
  const seat = (number: string) =>
    `booking_seat_mapping where show_id = ${show} and seat_number = '${number}'`;

  const claimed = await assertLockOrder(app, { first: seat('A10'), next: seat('A2') }, () =>
    app.hold(person, show, ['A2', 'A10']),
  );

  assert.equal(claimed.code, '201');
});

/** Starts a hold that waits for its turn, lets `meanwhile` happen, and answers what came of it. */
async function holdAfter(
  person: Person,
  show: number,
  seats: string[],
  meanwhile: (hand: Hand) => Promise<unknown>,
) {
  return byHand(app, async (hand) => {
    await hand.run(`select pg_advisory_xact_lock(hashtext('${person.username}'), hashtext('${show}'))`);
    const holding = app.hold(person, show, seats);
    await hand.isWaitedFor();
    await meanwhile(hand);
    await hand.letGo();
    return holding;
  });
}

test('a claim that had to wait judges the holds of others, and its own end, by the time it has then', async () => {
  const [person, rival] = (await app.customers(2)) as [Person, Person];
  const show = await app.show();
  const booking = await held(rival, show, ['A1']);
  await app.age(booking, -0.4);
  let since = '';

  const claimed = await holdAfter(person, show, ['A1'], async (hand) => {
    const isOver = `booking_id = ${booking} and held_until <= clock_timestamp()`;
    await eventually(
      'the rival’s hold is over',
      async () => (await app.count('booking_seat_mapping', isOver)) === 1,
    );
    [{ since } = { since }] = await hand.run<{ since: string }>('select clock_timestamp()::text as since');
  });

  assert.equal(claimed.code, '201');
  const [{ isWhole } = {}] = await app.rows<{ isWhole: boolean }>(`
    select expiration_time >= timestamptz '${since}' + interval '300 s' as "isWhole"
    from pending_booking_tracker where booking_id = ${String(claimed.data['booking_id'])}`);
  assert.equal(isWhole, true, 'it lasts from the claim on');
});

test('a claim that had to wait until the show has started is too late', async () => {
  const person = await app.customer();
  const [{ show } = { show: 0 }] = await app.rows<{ show: number }>(`
    with start as (select (clock_timestamp() + interval '0.4 s') at time zone 'UTC' as at),
    made as (insert into slot (name, start_time, end_time) select 'Soon', at::time, at::time from start returning id)
    insert into show (movie_id, date, slot_id, cost) select 'tt1', at::date, made.id, 200 from start, made
    returning id as show`);

  const late = await holdAfter(person, show, ['A1'], () =>
    eventually('the show has started', async () => {
      const started = `show.id = ${show} and (date + start_time) at time zone 'UTC' <= clock_timestamp()`;
      return (await app.count('show join slot on slot.id = slot_id', started)) === 1;
    }),
  );

  assert.equal(late.code, 'SHOW_ALREADY_STARTED');
});

test('holds that are over do not count towards the limit, whether or not anything has removed them', async () => {
  const person = await app.customer();
  const show = await app.show();
  const booking = await held(person, show, ['A1', 'A2', 'A3']);
  assert.equal((await app.hold(person, show, ['B1', 'B2'])).code, 'HOLD_LIMIT_REACHED');

  await app.age(booking);

  assert.equal((await app.hold(person, show, ['B1', 'B2', 'B3', 'B4'])).code, '201');
  assert.equal((await app.hold(person, show, ['C1'])).code, 'HOLD_LIMIT_REACHED');
  await app.script('delete from booking where id in (select booking_id from pending_booking_tracker)');
  await assertHouseInOrder(app);
});

test('a hold of one’s own that ends while the next claim waits does not count towards the limit', async () => {
  const person = await app.customer();
  const show = await app.show();
  const booking = await held(person, show, ['A1', 'A2', 'A3']);
  await app.age(booking, -0.4);
  const isOver = `booking_id = ${booking} and held_until <= clock_timestamp()`;
  const claimed = await holdAfter(person, show, ['B1', 'B2'], () =>
    eventually('it is over', async () => (await app.count('booking_seat_mapping', isOver)) === 3),
  );
  assert.equal(claimed.code, '201');
});
