import { call } from './call.ts';
import type * as Api from './types.ts';

export type CheckedIn = Api.CheckIn.PostCheckInBooking.ResponseBody['data'];
export type Counts = Api.CheckIn.GetCheckInCount.ResponseBody['data'];

// A queue waits: it is told sooner that nothing is confirmed, and the scan is sent again.
const ANSWERS_WITHIN_MS = 8_000;
const asUser = true;

type CheckIn = { ticket: string } | { booking_id: number } | { booking_ids: readonly number[] };

/** Lets bookings in, once for a key, however often it is sent. */
export const checkIn = (body: CheckIn, key: string) =>
  call<CheckedIn>('booking_ids' in body ? '/check-in/bookings' : '/check-in/booking', {
    method: 'POST',
    body,
    key,
    asUser,
    withinMs: ANSWERS_WITHIN_MS,
  });

export const countShow = (showId: number, signal?: AbortSignal) =>
  call<Counts>('/check-in/count', { query: { show_id: showId }, asUser, signal });
