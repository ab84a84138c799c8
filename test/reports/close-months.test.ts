import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sell, startCinema } from './history.ts';

test('a change of any sale that is older than a week opens its month, and none of a younger one does', async (t) => {
  const app = await startCinema(t, 'UTC');
  await app.show();
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
  const ages = [6.9, 7.1, 8, 12, 29, 31, 60];
  const sales = ages.map((days) => ({ at: daysAgo(days), seats: 1, amount: '100.00', status: 'Confirmed' }));
  await sell(app, sales, () => 0);
  const opens: boolean[] = [];
  for (const younger of ages.keys()) {
    // As if every month up to tomorrow had been closed.
    await app.script(`update revenue_closing set time_zone = 'UTC', open_from = now()::date + 1`);
    await app.script(`update booking set amount_paid = 200
      where id = (select id from booking order by booking_time desc offset ${younger} limit 1)`);
    opens.push((await app.count('revenue_closing', 'open_from <= now()::date')) === 1);
  }
  assert.deepEqual(opens, [false, true, true, true, true, true, true]);
});
