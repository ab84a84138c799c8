import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newKey, same, send } from '../idempotency/asking.ts';
import { startApp } from '../support/app.ts';
import { tally } from '../support/call.ts';
import { wholeFile } from '../support/database.ts';
import { book, employee, scanned, showAt } from './door.ts';

const app = await startApp(wholeFile);
const ONE = '/check-in/booking';

/** A check-in under a key, as a gate sends it. */
const scan = (body: object, key: string, as = app.staff) => send(app, { as, path: ONE, body }, key);
const outcomeOf = ({ data }: Awaited<ReturnType<typeof scan>>) =>
  (data['details'] as { outcome: string; by?: string }[]).map(({ outcome, by }) => [outcome, by]);

test('a scan that is sent again because its answer was lost gets its first answer, of the same gate alone', async () => {
  const [id = 0] = await book(app, await showAt(app, { inMinutes: 10 }));
  const ticket = await scanned(app, id);
  const mine = newKey();
  const first = await scan({ ticket }, mine);
  assert.deepEqual(outcomeOf(first), [['checked_in', undefined]]);
  assert.deepEqual(same(await scan({ ticket }, mine)), same(first));
  // Another gate of the same account, and one of another.
  assert.deepEqual(outcomeOf(await scan({ ticket }, newKey())), [['already_done', app.staff.username]]);
  const other = await employee(app, 'gate-2');
  assert.deepEqual(outcomeOf(await scan({ ticket }, mine, other)), [['already_done', app.staff.username]]);
});

test('two gates of one account that scan a ticket at once under keys of their own: one of them lets it in', async () => {
  for (let round = 0; round < 20; round++) {
    const [id = 0] = await book(app, await showAt(app, { inMinutes: 10 }));
    const keys = [newKey(), newKey()];
    const answers = await Promise.all(keys.map((key) => scan({ booking_id: id }, key)));
    assert.deepEqual(tally(answers.map((answer) => String(outcomeOf(answer)[0]?.[0]))), {
      checked_in: 1,
      already_done: 1,
    });
    const again = await Promise.all(keys.map((key) => scan({ booking_id: id }, key)));
    assert.deepEqual(again.map(same), answers.map(same));
  }
});

test('a refused scan is answered alike under its key, also when nothing was looked up', async () => {
  const key = newKey();
  const first = await scan({ ticket: 'SKYFOX BOOKING #7\nmade up' }, key);
  assert.deepEqual(outcomeOf(first), [['invalid', undefined]]);
  assert.deepEqual(same(await scan({ ticket: 'SKYFOX BOOKING #7\nmade up' }, key)), same(first));
  const { status, code } = await scan({ booking_id: 1 }, 'not a key');
  assert.deepEqual([status, code], [400, 'INVALID_IDEMPOTENCY_KEY']);
});
