import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { listen } from '../support/listen.ts';

type Taken = { occupied: string[]; held: string[] };

test('of what is taken a watcher is told what may come back, from the first event on, and when it no longer may', async (t) => {
  const app = await startApp(t);
  const asha = await app.customer();
  const showId = await app.show();
  const booking = (await app.hold(asha, showId, ['A10', 'A9'])).data['booking_id'];
  const walkIn = { customer_name: 'Walk In', phone_number: '1234567890', seat_numbers: ['B1'] };
  await app.post('/admin/create-customer-booking', { as: app.admin, body: { show_id: showId, ...walkIn } });

  const stream = await listen<Taken>(`${app.base}/shows/${showId}/seat-map/events`, {
    authorization: `Bearer ${asha.token}`,
  });
  t.after(() => stream.leave());
  await stream.until(() => true);
  assert.deepEqual(stream.events[0], { occupied: ['A9', 'A10', 'B1'], held: ['A9', 'A10'] });

  const other = (await app.hold(asha, showId, ['C1'])).data['booking_id'];
  await stream.until(({ held }) => held.includes('C1'));
  assert.equal((await app.pay(asha, booking)).status, 200);
  const paidMs = await stream.until(({ held }) => held.join() === 'C1');
  assert.ok(paidMs <= 500, `told ${paidMs} ms after a payment`);
  await app.cancel(asha, other);
  await stream.until(({ held }) => held.length === 0);
  assert.deepEqual(stream.events.at(-1), { occupied: ['A9', 'A10', 'B1'], held: [] });
  for (const { occupied, held } of stream.events) assert.ok(held.every((seat) => occupied.includes(seat)));

  const map = await app.get(`/shows/${showId}/seat-map`, { as: asha });
  assert.deepEqual(Object.keys(map.data['seat_map']['A'][0]), [
    'column',
    'occupied',
    'price',
    'seat_number',
    'type',
  ]);
});
