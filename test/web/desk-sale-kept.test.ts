import assert from 'node:assert/strict';
import { afterEach, beforeEach, test, type TestContext } from 'node:test';
import { begin, end, isOver } from '../../web/api/session.ts';
import type { Order } from '../../web/desk/counter/order.ts';
import { keepPending, readPending } from '../../web/desk/counter/pending.ts';
import {
  forgetRefusal,
  forgetSale,
  isToldOfSeats,
  resume,
  sale,
  sellNow,
  startNext,
} from '../../web/desk/counter/sale.ts';
import { keepChoice } from '../../web/hall/choice.ts';

const HOUR_MS = 3_600_000;
const order: Order = {
  showId: 7,
  seats: ['E5'],
  name: 'Ravi Kumar',
  phone: '9876543210',
  paise: 200_00,
  changePaise: 0,
  key: 'k',
  username: 'seed-user-1',
  sentAt: 0,
};
const booking = {
  booking_id: 1,
  payment_type: 'Cash',
  customer_name: order.name,
  phone_number: order.phone,
  seat_numbers: order.seats,
};

/** A tab's storage, and a page that nothing wakes. */
const browser = globalThis as { sessionStorage?: unknown; addEventListener?: unknown };
beforeEach(() => {
  const kept: Record<string, string> = {};
  const methods = {
    getItem: (name: string) => kept[name] ?? null,
    setItem: (name: string, text: string) => (kept[name] = text),
    removeItem: (name: string) => delete kept[name],
  };
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(kept, name, { value });
  browser.sessionStorage = kept;
  browser.addEventListener = () => undefined;
  begin({ user: { username: order.username, role: 'admin' }, token: 't' });
});
afterEach(() => {
  end();
  startNext();
});

/** A server with these answers; it says nothing after the last. Returns the methods of the requests. */
function serve(t: TestContext, ...answers: [status: number, body: object][]): string[] {
  const methods: string[] = [];
  t.mock.timers.enable({ apis: ['setTimeout'] });
  t.mock.method(globalThis, 'fetch', (_path: string, { method }: RequestInit) => {
    methods.push(method ?? '');
    const [status, body] = answers.shift() ?? [];
    return body
      ? Promise.resolve(Response.json(body, { status: status ?? 200 }))
      : new Promise(() => undefined);
  });
  return methods;
}
const soon = () => new Promise((resolve) => setImmediate(resolve));
const until = async (kind: string) => {
  while (sale.peek().kind !== kind) await soon();
};

for (const [what, status, kind, isKept] of [
  ['that was certainly not made is forgotten', 503, 'busy', false],
  ['that may have been made is kept', 500, 'unknown', true],
] as const) {
  test(`when the page is given up, a sale ${what}`, async (t) => {
    serve(t, [status, { code: 'X' }], [401, { code: 'INVALID_TOKEN' }]);
    keepChoice(order.showId, ['E5']);
    void sellNow(order);
    await until(kind);
    t.mock.timers.tick(HOUR_MS);
    while (!isOver.peek()) await soon();
    forgetSale();
    assert.equal(readPending() !== undefined, isKept);
    end();
    await soon();
    assert.equal(sale.peek().kind, isKept ? 'unknown' : 'open');
    assert.deepEqual(Object.keys(sessionStorage), isKept ? ['skyfox.desk.sale'] : []);
  });
}

test('a sale of before is sent again under its key while the server knows that, and later only looked for', async (t) => {
  const methods = serve(t, [201, { data: booking }], [200, { data: { bookings: [booking] } }]);
  keepPending({ ...order, sentAt: Date.now() - 23 * HOUR_MS });
  await resume();
  assert.equal(sale.peek().kind, 'sold');
  startNext();
  keepPending({ ...order, sentAt: Date.now() - 25 * HOUR_MS });
  await resume();
  assert.equal(sale.peek().kind, 'sold');
  assert.deepEqual(methods, ['POST', 'GET']);
  assert.equal(readPending(), undefined);
});

test('a sale empties the choice of its show, whichever hall is on screen', async (t) => {
  serve(t, [201, { data: booking }]);
  keepChoice(order.showId, ['E5']);
  keepChoice(8, ['A1']);
  await sellNow(order);
  assert.deepEqual(Object.keys(sessionStorage), ['skyfox.session', 'skyfox.choice.desk.8']);
});

test('a refusal has told of lost seats only where it was for them, and until the choice changes', async (t) => {
  const refuse = (code: string) => [400, { code }] as [number, object];
  serve(t, refuse('INVALID_AMOUNT'), refuse('SEATS_UNAVAILABLE'));
  await sellNow(order);
  assert.equal(isToldOfSeats(), false);
  await sellNow(order);
  assert.equal(isToldOfSeats(), true);
  forgetRefusal();
  assert.equal(isToldOfSeats(), false);
  assert.deepEqual(sale.peek(), { kind: 'open' });
});
