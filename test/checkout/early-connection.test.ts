import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { CARD, startApp, type Person } from '../support/app.ts';
import { byHand, type Hand } from '../support/by-hand.ts';
import { createDatabase, wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

// A gateway that charges every card, and notes its connections with what has come by them.
const connections: { bytes: number; isOpen: boolean }[] = [];
const bank = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status: 'SUCCESS', transaction_id: randomUUID() }));
});
bank.on('connection', (socket: Socket) => {
  const connection = { bytes: 0, isOpen: true };
  connections.push(connection);
  socket.on('data', ({ length }) => (connection.bytes += length));
  socket.on('close', () => (connection.isOpen = false));
});
await once(bank.listen(0, '127.0.0.1'), 'listening');
wholeFile.after(() => bank.close());
const address = `http://127.0.0.1:${(bank.address() as AddressInfo).port}`;

const { url } = await createDatabase(wholeFile);
const app = await startApp(wholeFile, { databaseUrl: url, env: { PAYMENT_GATEWAY_URL: address } });
await app.needs.monitor.stop();

const held = async (where = app) => {
  const person = await app.customer();
  const id = Number((await where.hold(person, await app.show(), ['A1', 'A2'])).data['booking_id']);
  return { person, id };
};
/** Pays while the table of payments lets nothing be written, and what is done meanwhile is done. */
async function payHeldUp(
  { person, id }: { person: Person; id: number },
  meanwhile: (hand: Hand, paying: Promise<unknown>) => Promise<unknown>,
  { where = app, headers = {} } = {},
) {
  connections.length = 0;
  return byHand(app, async (hand) => {
    await hand.run('lock table payment_transaction in exclusive mode');
    const body = { booking_id: id, payment_method: 'Card', ...CARD };
    const paying = where.post('/customer/booking/payment', { as: person, body, headers });
    await hand.isWaitedFor();
    await meanwhile(hand, paying);
    await hand.letGo();
    return paying;
  });
}
const untilConnected = () => eventually('the gateway is connected', () => connections.length === 1);
const isUnused = () => connections.every(({ bytes }) => bytes === 0);
const untilClosed = () => eventually('it is closed', () => connections.every(({ isOpen }) => !isOpen));

test('the gateway is connected while the attempt is being written, hears nothing meanwhile, and gets the charge by that connection', async () => {
  const paid = await payHeldUp(await held(), async () => {
    await untilConnected();
    assert.ok(isUnused());
  });
  assert.equal(paid.status, 200, paid.text);
  assert.equal(connections.length, 1);
  assert.ok(!isUnused());
  await untilClosed();
});

test('a payment that is refused by what is known of its hold does not reach the gateway', async () => {
  const { person, id } = await held();
  connections.length = 0;
  await app.age(id, 400);
  assert.equal((await app.pay(person, id)).code, 'BOOKING_EXPIRED');
  assert.equal((await app.pay(await app.customer(), id)).code, 'UNAUTHORIZED_ACCESS');
  assert.deepEqual(connections, []);
});

const expire = async (id: number) => {
  await app.age(id, -0.8);
  return async (hand: Hand) => {
    await untilConnected();
    const isOver = `from pending_booking_tracker where booking_id = ${id} and expiration_time <= clock_timestamp()`;
    await eventually('the hold is over', async () => (await hand.run(`select ${isOver}`)).length === 1);
  };
};

test('a payment that is refused when its attempt is written closes the connection, by which nothing went', async () => {
  const mine = await held();
  const refused = await payHeldUp(mine, await expire(mine.id));
  assert.equal(refused.code, 'BOOKING_EXPIRED');
  await untilClosed();
  assert.equal(connections.length, 1);
  assert.ok(isUnused());
});

test('a payment whose attempt cannot be written in time charges nobody, and closes the connection', async () => {
  const mine = await held();
  const held_up = await payHeldUp(mine, async (_hand, paying) => {
    await untilConnected();
    await paying;
  });
  assert.deepEqual([held_up.status, held_up.code], [503, 'SERVICE_UNAVAILABLE']);
  await untilClosed();
  assert.ok(isUnused());
  assert.equal((await app.pay(mine.person, mine.id)).status, 200);
});

/** An app beside the other, with another gateway. */
const withGateway = async (t: TestContext, gateway: string) => {
  const other = await startApp(t, { databaseUrl: url, env: { PAYMENT_GATEWAY_URL: gateway } });
  await other.needs.monitor.stop();
  return other;
};

test('a gateway that takes no connections neither delays a refusal nor changes it', async (t) => {
  const waiting: Socket[] = [];
  const mute = createTcpServer((socket) => waiting.push(socket.on('error', () => {}).resume()));
  await once(mute.listen(0, '127.0.0.1'), 'listening');
  t.after(() => (mute.close(), waiting.forEach((socket) => socket.destroy())));
  // The one refuses, the other never ends the handshake.
  const silent = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  for (const gateway of ['http://127.0.0.1:1', silent]) {
    const where = await withGateway(t, gateway);
    const mine = await held();
    await app.age(mine.id, -0.8);
    let isFreeAt = 0;
    const refused = await payHeldUp(
      mine,
      async (hand) => {
        const isOver = `from pending_booking_tracker where booking_id = ${mine.id} and expiration_time <= clock_timestamp()`;
        await eventually('the hold is over', async () => (await hand.run(`select ${isOver}`)).length === 1);
        isFreeAt = performance.now();
      },
      { where },
    );
    assert.equal(refused.code, 'BOOKING_EXPIRED');
    assert.ok(performance.now() - isFreeAt < 1_000);
  }
  await eventually('its socket is closed', () => waiting.length === 1 && waiting[0]?.closed === true);
});
