import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fatedCards, faultsOf, type Fate, type Payment } from './simulated-cards.ts';

export type SimulatedCharge = {
  transaction_id: string;
  amount: number;
  last4: string;
  key: string | null;
  time: string;
};

export type SimulatorSettings = {
  apiKey: string;
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  delayMs?: number;
  /** The share of good cards that is declined at random, 0 to 1; the real gateway's is 0.1. */
  declineRate?: number;
  /** Makes the random declines the same each time. */
  seed?: number;
  /** The outcomes for good cards, used in turn and repeated. */
  faults?: readonly Fate[];
  /** Whether a repeated `Idempotency-Key` gets the first answer instead of a second charge. */
  honoursKeys?: boolean;
  /** Called after each charge, before its answer goes out. */
  onCharge?: (charge: SimulatedCharge) => void;
};

export type Simulator = {
  url: string;
  charges: () => readonly SimulatedCharge[];
  close: () => Promise<void>;
};
type Bank = {
  settings: SimulatorSettings;
  charges: SimulatedCharge[];
  kept: Map<string, object>;
  random: () => number;
  nextFate: () => Fate;
};

const MAX_BODY_BYTES = 64 * 1024;
const SLOW_MS = 2000;

/** A payment gateway that moves no money, judging as the real one does. Throws where the port is taken. */
export async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1' } = settings;
  const bank = openBank(settings);
  const server = createServer((request, response) => {
    answer(bank, request, response).catch(() => response.destroy());
  });
  await once(server.listen(port, host), 'listening');
  server.on('error', () => undefined);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    charges: () => bank.charges,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function openBank(settings: SimulatorSettings): Bank {
  const faults = settings.faults ?? [];
  let turn = 0;
  return {
    settings,
    charges: [],
    kept: new Map(),
    random: settings.seed === undefined ? Math.random : seededRandom(settings.seed),
    nextFate: () => faults[turn++ % faults.length] ?? 'charge',
  };
}

/** Numbers from 0 to 1 that are the same for the same seed (Mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function answer(bank: Bank, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = `${request.method} ${request.url}`;
  if (path === 'GET /pshealth') return reply(response, 200, { status: 'healthy' });
  if (path === 'GET /charges') return reply(response, 200, bank.charges);
  const key = request.headers['x-api-key'];
  if (key !== bank.settings.apiKey) {
    return reply(response, 403, {
      status: 'FORBIDDEN',
      message: key ? 'Invalid API key' : 'API key is required',
    });
  }
  if (path !== 'POST /payment') return reply(response, 404, { status: 'NOT_FOUND' });
  return pay(bank, request, response);
}

async function pay(bank: Bank, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const request_id = randomUUID();
  const payment = readPayment(await read(request));
  if (typeof payment === 'string') return reply(response, 400, { error: payment, request_id });
  const errors = faultsOf(payment);
  if (errors.length > 0) return reply(response, 422, { status: 'REJECT', errors, request_id });

  await wait(bank.settings.delayMs ?? 0, undefined, { ref: false });
  const key = request.headers['idempotency-key']?.toString() ?? null;
  const kept = key === null ? undefined : bank.kept.get(key);
  return kept ? reply(response, 200, kept) : answerCharge(bank, { payment, key, request_id }, response);
}

type PaymentRequest = { payment: Payment; key: string | null; request_id: string };

async function answerCharge(bank: Bank, asked: PaymentRequest, response: ServerResponse): Promise<void> {
  const fate = fateOf(bank, asked.payment);
  if (fate === 'unavailable') return reply(response, 503, { error: 'maintenance' });
  if (fate === 'garbage') return void response.writeHead(500).end('<html><h1>Something went wrong');
  if (fate === 'cut-before') return void response.destroy();

  const result = resultOf(fate, asked.request_id);
  if (bank.settings.honoursKeys && asked.key !== null) bank.kept.set(asked.key, result);
  if (fate === 'decline') return reply(response, 200, result);

  record(bank, asked, result.transaction_id);
  if (fate === 'hang') return undefined;
  if (fate === 'cut-after') return void response.destroy();
  if (fate === 'slow') await wait(SLOW_MS, undefined, { ref: false });
  return reply(response, 200, result);
}

function fateOf(bank: Bank, { card_number }: Payment): Fate {
  const fated = fatedCards.get(card_number);
  if (fated) return fated;
  return bank.random() < (bank.settings.declineRate ?? 0) ? 'decline' : bank.nextFate();
}

function resultOf(fate: Fate, request_id: string) {
  const [status, message] =
    fate === 'decline'
      ? ['FAILED', 'Payment declined by the issuing bank']
      : ['SUCCESS', 'Transaction processed successfully'];
  return { status, message, transaction_id: randomUUID(), request_id };
}

function record(bank: Bank, { payment, key }: PaymentRequest, transaction_id: string) {
  const { amount, card_number } = payment;
  const charge = {
    transaction_id,
    amount,
    last4: card_number.slice(-4),
    key,
    time: new Date().toISOString(),
  };
  bank.charges.push(charge);
  bank.settings.onCharge?.(charge);
}

/** The requested payment, or the fault of the request. */
function readPayment(text: string): Payment | string {
  let payment: Partial<Record<keyof Payment, unknown>>;
  try {
    payment = JSON.parse(text) ?? {};
  } catch {
    return 'Invalid request format';
  }
  const { card_number = '', cvv = '', expiry = '', name = '', amount = 0 } = payment;
  const texts = { card_number, cvv, expiry, name };
  const missing = Object.entries({ ...texts, amount }).find(([, value]) => !value);
  if (missing) return `${missing[0]} is required`;
  const wellTyped = Object.values(texts).every((value) => typeof value === 'string');
  if (!wellTyped || typeof amount !== 'number' || amount < 0) return 'Invalid request format';
  return { ...(texts as Omit<Payment, 'amount'>), amount };
}

/** The body as text. A body longer than any payment is cut, and so is not valid JSON. */
async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    if (text.length < MAX_BODY_BYTES) text += chunk;
  }
  return text.slice(0, MAX_BODY_BYTES);
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
