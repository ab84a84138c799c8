import type autocannon from 'autocannon';
import { load, type Measured } from './load.ts';
import { bearer, type Stage } from './stage.ts';

export type Size = { connections: number; seconds: number };

/** Holds two seats that nobody has; `onHeld` hears of each hold. */
export function holdRequest(
  stage: Stage,
  onHeld?: (id: number, context: object, token: string) => void,
): autocannon.Request {
  const owners = new WeakMap<object, string>();
  return {
    setupRequest: (request, context) => {
      const { token } = stage.anybody();
      owners.set(context, token);
      const body = JSON.stringify(stage.nextPair());
      return {
        ...request,
        method: 'POST',
        path: '/customer/booking/initialize',
        headers: bearer(token),
        body,
      };
    },
    onResponse: (status, body, context) => {
      if (status !== 201 || !onHeld) return;
      const { data } = JSON.parse(body) as { data: { booking_id: number } };
      onHeld(data.booking_id, context, owners.get(context) ?? '');
    },
  };
}

/** Holds and pays in turns. The figures are of both requests together. */
export async function holdAndPay(
  stage: Stage,
  payment: Record<string, string>,
  size: Size,
): Promise<Measured> {
  const held = new WeakMap<object, { id: number; token: string }>();
  const pay: autocannon.Request = {
    setupRequest: (request, context) => {
      const { id, token } = held.get(context) ?? { id: 0, token: '' };
      const body = JSON.stringify({ booking_id: id, ...payment });
      return { ...request, method: 'POST', path: '/customer/booking/payment', headers: bearer(token), body };
    },
  };
  const hold = holdRequest(stage, (id, context, token) => held.set(context, { id, token }));
  const measured = await load({ ...size, url: stage.app, requests: [hold, pay] });
  return { ...measured, perSecond: measured.perSecond / 2, done: measured.done / 2 };
}

/** The same sale behind plain Fastify, in one request. */
export async function bareSale(stage: Stage, path: string, size: Size): Promise<number> {
  const setupRequest = (request: autocannon.Request): autocannon.Request => ({
    ...request,
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...stage.nextPair(), username: stage.anybody().username }),
  });
  return (await load({ ...size, url: stage.bare, requests: [{ setupRequest }] })).perSecond;
}
