import { randomUUID } from 'node:crypto';
import type { Person, TestApp } from '../support/app.ts';
import type { Answer } from '../support/call.ts';

export const HOLD = '/customer/booking/initialize';
export const PAY = '/customer/booking/payment';
export const TOP_UP = '/customer/wallet/add-funds';
export const SELL = '/admin/create-customer-booking';

export type Request = { as: Person; path: string; body: object };

export const send = (where: Pick<TestApp, 'post'>, { as, path, body }: Request, key: string) =>
  where.post(path, { as, body, headers: { 'idempotency-key': key } });

export const newKey = () => randomUUID();

/** An answer without what differs from request to request. */
export const same = ({ status, json }: Answer) => [status, { ...(json as object), request_id: undefined }];

export const heldBy = async (app: Pick<TestApp, 'hold' | 'show'>, person: Person) =>
  Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
