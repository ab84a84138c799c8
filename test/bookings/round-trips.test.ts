import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { wholeFile } from '../support/database.ts';
import { listenToApp } from '../support/round-trips.ts';

const { app, overhear } = await listenToApp(wholeFile);
const limited = await listenToApp(wholeFile, { MAX_SEATS_HELD: '4' });
const GUEST = { customer_name: 'Walk In Guest', phone_number: '9876543210' };
const SEATS = ['A1', 'A2'];

const held = async () => {
  const as = await app.customer();
  return { as, id: Number((await app.hold(as, await app.show(), SEATS)).data['booking_id']) };
};
type Headers = Record<string, string>;
const useCases = {
  hold: async (headers: Headers, to = app) => {
    const as = await to.customer();
    const body = { show_id: await to.show(), seat_numbers: SEATS };
    return () => to.post('/customer/booking/initialize', { as, body, headers });
  },
  'hold with a limit': (headers: Headers) => useCases.hold(headers, limited.app),
  'walk-in': async (headers: Headers) => {
    const body = { ...GUEST, show_id: await app.show(), seat_numbers: SEATS };
    return () => app.post('/admin/create-customer-booking', { as: app.admin, body, headers });
  },
  cancel: async () => {
    const { as, id } = await held();
    return () => app.cancel(as, id);
  },
  extend: async (headers: Headers) => {
    const { as, id } = await held();
    return () => app.post(`/customer/booking/${id}/extend`, { as, headers });
  },
  'check-in': async (headers: Headers) => {
    const body = { ...GUEST, show_id: await app.show(), seat_numbers: SEATS };
    const sold = await app.post('/admin/create-customer-booking', { as: app.admin, body });
    const scanned = { booking_id: sold.data['booking_id'] };
    return () => app.post('/check-in/booking', { as: app.admin, body: scanned, headers });
  },
} as const;

const HOLD = /insert into pending_booking_tracker/;
const WALK_IN = /insert into admin_booked_customer/;
const EXTEND = /extended_at = clock_timestamp/;
// A transaction that keeps its locks for no round trip has them for as long as the database alone works on it.
for (const [what, isKeyed, mark, trips, locked] of [
  ['hold', false, HOLD, 1, 0],
  ['hold', true, HOLD, 2, 1],
  ['hold with a limit', false, HOLD, 2, 1],
  ['hold with a limit', true, HOLD, 3, 2],
  ['walk-in', false, WALK_IN, 1, 0],
  ['walk-in', true, WALK_IN, 2, 1],
  ['cancel', false, /delete from booking/, 2, 1],
  ['extend', false, EXTEND, 2, 1],
  ['extend', true, EXTEND, 3, 2],
  ['check-in', false, /set status = 'CheckedIn'/, 1, 0],
  ['check-in', true, /set status = 'CheckedIn'/, 2, 1],
] as const) {
  test(`${what}${isKeyed ? ' with a key' : ''}: ${trips} round trips, with locks during ${locked} of them`, async () => {
    const ask = await useCases[what](isKeyed ? { 'idempotency-key': randomUUID() } : {});
    const { overhear: listen } = what === 'hold with a limit' ? limited : { overhear };
    const { done, tripsOf } = await listen(ask);
    assert.ok(done.status < 300, done.text);
    assert.deepEqual(tripsOf(mark), { trips, locked });
    if (isKeyed) assert.deepEqual(tripsOf(/into idempotency_key as kept/), { trips: 1, locked: 0 });
  });
}

test('a hold in vain is one statement and writes nothing', async () => {
  const [customer, rival] = await app.customers(2);
  assert.ok(customer && rival);
  const show = await app.show();
  const first = Number((await app.hold(rival, show, ['A1'])).data['booking_id']);
  const { done, tripsOf } = await overhear(() => app.hold(customer, show, SEATS));
  assert.equal(done.code, 'SEATS_UNAVAILABLE');
  assert.equal(tripsOf(HOLD).trips, 1);
  const next = await app.hold(customer, show, ['A2']);
  assert.equal(next.data['booking_id'], first + 1, 'a number that is passed over was written and taken back');
});
