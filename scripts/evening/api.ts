import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartFault } from '../../src/platform/errors.ts';

export type Session = { username: string; token: string };
export type Reply<Data> = {
  status: number;
  /** The code of a refusal, else the status as text. */
  code: string;
  message: string;
  /** Absent in a refusal. */
  data: Data | undefined;
};
type Ask = { as?: Session; body?: object };
export type Api = {
  base: string;
  /**
   * Repeats the request while the program is busy. Each request has its own `Idempotency-Key`, so it has one
   * effect.
   */
  ask<Data>(method: 'GET' | 'POST' | 'DELETE', path: string, ask?: Ask): Promise<Reply<Data>>;
};

const TRIES = 10;
const PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 2_000;

/** The program no longer answers, so nothing more can be played. */
export class NoAnswer extends StartFault {}

/** The program's interface, as a client uses it. Throws NoAnswer where the program no longer answers. */
export function createApi(base: string, gatewayKey?: string): Api {
  return {
    base,
    async ask<Data>(method: string, path: string, { as, body }: Ask = {}): Promise<Reply<Data>> {
      const request = {
        method,
        headers: {
          ...(gatewayKey !== undefined && { 'x-api-key': gatewayKey }),
          ...(as && { authorization: `Bearer ${as.token}` }),
          ...(body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
        },
        ...(body && { body: JSON.stringify(body) }),
      };
      for (let tries = 1; ; tries++) {
        const answer = await fetch(base + path, request).catch((error: Error) => error);
        if (answer instanceof Error) {
          if (tries === TRIES) throw new NoAnswer(`${base} no longer answers`, answer);
          await sleep(PAUSE_MS);
          continue;
        }
        const reply = await read<Data>(answer);
        const isBusy = reply.status === 503 || reply.code === 'REQUEST_IN_PROGRESS';
        if (!isBusy || tries === TRIES) return reply;
        const seconds = Number(answer.headers.get('retry-after') ?? 0);
        await sleep(Math.min(LONGEST_PAUSE_MS, seconds * 1_000 || PAUSE_MS));
      }
    },
  };
}

async function read<Data>(answer: Response): Promise<Reply<Data>> {
  const text = await answer.text();
  const { code, message, data } = parse(text) as { code?: string; message?: string; data?: Data };
  return { status: answer.status, code: code ?? String(answer.status), message: message ?? '', data };
}

function parse(text: string): object {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

/** The data of an answer that must be a success here. Throws a StartFault with the refusal otherwise. */
export function expectData<Data>(what: string, reply: Reply<Data>): Data {
  if (reply.status < 300 && reply.data !== undefined) return reply.data;
  throw new StartFault(`${what} was answered by ${reply.status} ${reply.code}: ${reply.message}`);
}
