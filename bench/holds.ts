import type autocannon from 'autocannon';
import type { Subject } from './figures.ts';
import { load } from './support/load.ts';
import { bearer, type Stage } from './support/stage.ts';

/** Holds of two seats, spread over seats, customers and connections. */
const holds = (connections: number): Subject => ({
  name: `holds of two seats, ${connections} connections`,
  meaning:
    'How many customers a second can take their seats on the evening a blockbuster opens.\n' +
    'The limit is the same statement behind bare Fastify: what is lost to it is ids, tokens, checks and monitors.',
  unit: 'holds/s',
  aim: '70 %',
  limitIs: 'the same statement bare',
  grows: true,
  ours: async (stage, seconds) =>
    (await load({ url: stage.app, connections, seconds, requests: [holdRequest(stage)] })).perSecond,
  limit: (stage, seconds) => bare(stage, '/hold', { connections, seconds }),
});

const walletCycle: Subject = {
  name: 'hold, then pay by wallet, 32 connections',
  meaning:
    'How many customers a second can finish, from an empty seat to a confirmed booking paid from the wallet.\n' +
    'The limit is the same statements, hold and payment, behind bare Fastify in one request.',
  unit: 'bookings/s',
  aim: '60 %',
  limitIs: 'the same statements bare',
  grows: true,
  ours: async (stage, seconds) => {
    const held = new WeakMap<object, { id: number; token: string }>();
    const pay: autocannon.Request = {
      setupRequest: (request, context) => {
        const { id, token } = held.get(context) ?? { id: 0, token: '' };
        const body = JSON.stringify({ booking_id: id, payment_method: 'Wallet' });
        return {
          ...request,
          method: 'POST',
          path: '/customer/booking/payment',
          headers: bearer(token),
          body,
        };
      },
    };
    const hold = holdRequest(stage, (id, context, token) => held.set(context, { id, token }));
    const { perSecond } = await load({ url: stage.app, connections: 32, seconds, requests: [hold, pay] });
    return perSecond / 2;
  },
  limit: (stage, seconds) => bare(stage, '/cycle', { connections: 32, seconds }),
};

async function bare(
  stage: Stage,
  path: string,
  size: { connections: number; seconds: number },
): Promise<number> {
  const setupRequest = (request: autocannon.Request): autocannon.Request => ({
    ...request,
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...stage.nextPair(), username: stage.anybody().username }),
  });
  return (await load({ ...size, url: stage.bare, requests: [{ setupRequest }] })).perSecond;
}

function holdRequest(
  stage: Stage,
  onHeld?: (id: number, context: object, token: string) => void,
): autocannon.Request {
  const owners = new WeakMap<object, string>();
  return {
    setupRequest: (request, context) => {
      const { token } = stage.anybody();
      owners.set(context, token);
      return {
        ...request,
        method: 'POST',
        path: '/customer/booking/initialize',
        headers: bearer(token),
        body: JSON.stringify(stage.nextPair()),
      };
    },
    onResponse: (status, body, context) => {
      if (status !== 201 || !onHeld) return;
      const { data } = JSON.parse(body) as { data: { booking_id: number } };
      onHeld(data.booking_id, context, owners.get(context) ?? '');
    },
  };
}

export const holdCases: readonly Subject[] = [holds(32), holds(128), walletCycle];
