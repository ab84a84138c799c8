import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import type { Json } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { fill } from '../support/fill.ts';

const app = await startApp(wholeFile);
await app.needs.monitor.stop();
type Found = {
  booking_id: number;
  customer_name: string;
  phone_number: string;
  customer_username: string | null;
};
const search = async (parameters: Record<string, string | number>, as = app.staff) => {
  const answer = await app.get(
    `/admin/bookings?${new URLSearchParams(parameters as Record<string, string>).toString()}`,
    { as },
  );
  return { ...answer, ...(answer.data as unknown as { bookings: Found[]; next: number | null }) };
};
const ids = async (parameters: Record<string, string | number>) =>
  (await search(parameters)).bookings.map(({ booking_id }) => booking_id);
const idOf = ({ data }: { data: Json }) => Number(data['booking_id']);
const walkIn = async (showId: number, name: string, phone: string, seat: string) =>
  idOf(
    await app.post('/admin/create-customer-booking', {
      as: app.admin,
      body: { show_id: showId, customer_name: name, phone_number: phone, seat_numbers: [seat] },
    }),
  );
const rename = (username: string, name: string, number: string) =>
  app.script(
    `update customertable set name = '${name}', number = '${number}' where username = '${username}'`,
  );

test('staff find a booking by its number, by a part of a name and of a telephone number, walk-ins too', async () => {
  const [meera, other] = await app.customers(2);
  assert.ok(meera && other);
  await rename(meera.username, 'Meera Nair', '7011112222');
  const show = await app.show({ days: 5, slotId: 3 });
  const held = idOf(await app.hold(meera, show, ['A10', 'A9']));
  const paid = idOf(await app.hold(meera, show, ['B1']));
  await app.pay(meera, paid);
  const sold = await walkIn(show, 'Noor Meeran', '7033334444', 'C1');
  await app.hold(other, show, ['D1']);

  const byName = await search({ query: ' meera ' });
  assert.deepEqual(
    [byName.status, byName.json['message'], byName.next],
    [200, 'Bookings fetched successfully', null],
  );
  assert.deepEqual(
    byName.bookings.map(({ booking_id }) => booking_id),
    [sold, paid, held],
  );
  const { booking_time, show_date, ...first } = byName.bookings[0] as unknown as Record<string, unknown>;
  assert.deepEqual(first, {
    booking_id: sold,
    show_id: show,
    show_time: '16:30:00.000000',
    seat_numbers: ['C1'],
    amount_paid: 200,
    payment_type: 'Cash',
    status: 'Confirmed',
    customer_name: 'Noor Meeran',
    phone_number: '7033334444',
    customer_username: null,
  });
  assert.ok(
    Math.abs(Date.parse(String(booking_time)) - Date.now()) < 60_000 && String(show_date).length === 10,
  );
  assert.deepEqual(
    byName.bookings.slice(1).map(({ customer_username }) => customer_username),
    [meera.username, meera.username],
  );
  assert.deepEqual(await ids({ query: '7033334444' }), [sold]);
  assert.deepEqual(await ids({ query: '1111222' }), [paid, held]);
  assert.deepEqual(await ids({ query: paid }), [paid]);
  assert.deepEqual(await ids({ query: 'meera', show_id: show, limit: 1 }), [sold]);
  await app.age(held);
  assert.deepEqual(await ids({ query: 'meera' }), [sold, paid], 'a hold that is over is none');
});

test('numbers and names are found as people write them', async () => {
  const show = await app.show();
  const neil = await walkIn(show, 'Aoife O’Neill', '7044445555', 'A1');
  for (const query of [`#${neil}`, '70444 45555', '+91 70444-45555', '(070444) 45555', '444 455']) {
    assert.deepEqual(await ids({ query }), [neil], query);
  }
  for (const apostrophe of ["'", '’', 'ʼ']) {
    assert.deepEqual(await ids({ query: `o${apostrophe}neill` }), [neil], apostrophe);
  }
  const kai = await walkIn(show, "Ka'iulani", '7044446666', 'A2');
  assert.deepEqual(await ids({ query: 'kaʻiu' }), [kai]);
  for (const query of ['#', '+', '- -', '#7044445555x', '7044445555 7044445555']) {
    assert.deepEqual(await ids({ query }), [], query);
  }
});

test('what is typed is text, not a pattern, and no part of a statement', async () => {
  const show = await app.show();
  const plain = await walkIn(show, 'Percent Person', '7055556666', 'A1');
  for (const query of [
    '%',
    '_',
    'Percent_Person',
    'Per%son',
    '\\',
    "'; drop table booking; --",
    '7_55556666',
    '²',
  ]) {
    assert.deepEqual(await ids({ query }), [], query);
  }
  assert.deepEqual(await ids({ query: 'PERCENT' }), [plain]);
  assert.equal((await search({ query: '9'.repeat(30) })).status, 200);
});

test('a day and a show narrow the search, and pages follow each other without a gap', async () => {
  const show = await app.show({ days: 6, slotId: 1 });
  const same = await app.show({ days: 6, slotId: 2 });
  const made: number[] = [];
  for (const seat of ['A1', 'A2', 'A3', 'A4', 'A5'])
    made.push(await walkIn(show, 'Page Turner', '7077778888', seat));
  made.push(await walkIn(same, 'Page Turner', '7077778888', 'A1'));
  const newestFirst = made.toReversed();
  const [row] = await app.rows<{ date: string }>(`select date from show where id = ${show}`);
  const date = row?.date ?? '';
  assert.deepEqual(await ids({ date }), newestFirst);
  assert.deepEqual(await ids({ show_id: show, query: 'page' }), newestFirst.slice(1));
  assert.deepEqual(await ids({ date: '1999-01-01' }), []);

  const pages: number[][] = [];
  for (let before: number | null = 2 ** 40; before !== null;) {
    const { bookings, next }: Awaited<ReturnType<typeof search>> = await search({ date, limit: 4, before });
    pages.push(bookings.map(({ booking_id }) => booking_id));
    before = next;
  }
  assert.deepEqual(pages, [newestFirst.slice(0, 4), newestFirst.slice(4)]);
});

test('only staff and admins search, with parameters that make sense', async () => {
  assert.equal((await search({}, await app.customer())).code, 'FORBIDDEN');
  assert.equal((await app.get('/admin/bookings')).code, 'MISSING_AUTH_HEADER');
  assert.equal((await search({}, app.admin)).status, 200);
  for (const wrong of [
    { limit: 0 },
    { limit: 101 },
    { limit: 'x' },
    { before: 'x' },
    { show_id: 'x' },
    { date: 'today' },
    { query: 'x'.repeat(101) },
    { query: '\0' },
  ] as Record<string, string | number>[]) {
    assert.equal((await search(wrong)).code, 'INVALID_PARAMS', JSON.stringify(wrong));
  }
});

test('among very many bookings a search looks at a bounded number, says where it goes on, and finds a number at once', async (t) => {
  const many = await startApp(t);
  await fill(many.databaseUrl, { bookings: 60_000 });
  await many.script(`update admin_booked_customer set name = 'Rare Guest' where booking_id = (
    select min(booking_id) from admin_booked_customer)`);
  const [rare] = await many.rows<{ id: number; date: string }>(
    `select booking.id, booking.date from booking join admin_booked_customer guest on guest.booking_id = booking.id
     where guest.name = 'Rare Guest'`,
  );
  assert.ok(rare);
  const ask = async (parameters: string) => {
    const startedAt = performance.now();
    const { data } = await many.get(`/admin/bookings?${parameters}`, { as: many.staff });
    const { bookings, next } = data as unknown as { bookings: Found[]; next: number | null };
    return { found: bookings.map(({ booking_id }) => booking_id), next, ms: performance.now() - startedAt };
  };
  let pages = 0;
  let found: number[] = [];
  for (let before: number | null = 2 ** 40; before !== null && found.length === 0; pages += 1) {
    const page: Awaited<ReturnType<typeof ask>> = await ask(`query=rare&before=${before}`);
    t.diagnostic(`${Math.round(page.ms)} ms`);
    ({ found, next: before } = page);
  }
  assert.deepEqual([found, pages], [[rare.id], 6]);
  assert.deepEqual((await ask(`query=${rare.id}`)).found, [rare.id]);
  assert.deepEqual((await ask(`query=rare&date=${rare.date}`)).found, [rare.id]);
});
