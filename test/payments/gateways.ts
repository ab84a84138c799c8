import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { Decimal } from 'decimal.js';
import type { ChargeRequest } from '../../src/payments/charge.ts';
import { refusalOfOutcome } from '../../src/payments/errors.ts';
import { createGateway, type GatewaySettings } from '../../src/payments/gateway.ts';
import type { Card } from '../../src/payments/card.ts';
import type { Outcome } from '../../src/payments/outcome.ts';

export const card: Card = {
  number: '4242424242424242',
  cvv: '737',
  expiryMonth: '12',
  expiryYear: '35',
  holder: 'Asha Rao',
};
export const order = (changes: Partial<Card> = {}, amount = '150.10'): ChargeRequest => ({
  attemptId: 'attempt-7',
  amount: new Decimal(amount),
  card: { ...card, ...changes },
  mayBeSent: () => true,
});
export const SUCCESS = JSON.stringify({ status: 'SUCCESS', transaction_id: 'tx-1' });

export type Expected = readonly [status: number, code: string];
export const SERVICE_ERROR: Expected = [502, 'PAYMENT_SERVICE_ERROR'];

export function gateway(changes: Partial<GatewaySettings> & { url: string }) {
  const log = { info: () => {}, warn: () => {} };
  const created = createGateway({ apiKey: 'key-1', timeoutSeconds: 5, log, ...changes });
  return {
    ...created,
    /** Charges in a place of its own. */
    async charge(wanted: ChargeRequest): Promise<Outcome> {
      const place = created.admit();
      assert.ok(place, 'there is room to charge');
      return place.charge(wanted).finally(() => place.leave());
    },
  };
}

/** Charges, and checks that neither outcome, refusal nor log tells anything of the card, key or amount. */
export async function chargeQuietly(changes: Partial<GatewaySettings> & { url: string }) {
  const lines: string[] = [];
  const write = (facts: object, message: string) => void lines.push(JSON.stringify({ ...facts, message }));
  const outcome = await gateway({ ...changes, log: { info: write, warn: write } }).charge(order());

  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', new RegExp(`"attemptId":"attempt-7","outcome":"${outcome.kind}"`));
  const refusal = outcome.kind === 'charged' ? '' : refusalOfOutcome(outcome).message;
  for (const text of [...lines, JSON.stringify(outcome), refusal]) {
    assert.doesNotMatch(text, /4242|737|Asha|Rao|key-1/);
  }
  return { outcome, lines };
}

export function assertRefusal(outcome: Outcome, [status, code]: Expected) {
  assert.notEqual(outcome.kind, 'charged');
  const refusal = refusalOfOutcome(outcome as Exclude<Outcome, { kind: 'charged' }>);
  assert.deepEqual([refusal.status, refusal.code], [status, code]);
  return refusal;
}

export async function textOf(request: IncomingMessage) {
  return (await request.setEncoding('utf8').toArray()).join('');
}

export const portOf = (server: Server) => (server.address() as AddressInfo).port;

export async function listening<S extends Server>(t: TestContext, server: S, port = 0): Promise<S> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return server;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export async function httpServer(t: TestContext, listener: Listener) {
  let requests = 0;
  const http = await listening(
    t,
    createServer((request, response) => void listener(request, response)),
  );
  http.on('request', () => requests++);
  return { http, url: `http://127.0.0.1:${portOf(http)}`, requests: () => requests };
}

/** Hands over each connection as soon as something has been sent on it. */
export async function rawServer(t: TestContext, react: (socket: Socket) => unknown) {
  let requests = 0;
  const server = await listening(
    t,
    createTcpServer((socket) => {
      socket.once('data', () => {
        requests += 1;
        react(socket);
      });
      socket.resume();
    }),
  );
  const port = portOf(server);
  const close = () => once(server.close(), 'close');
  return { url: `http://127.0.0.1:${port}`, port, requests: () => requests, close };
}
