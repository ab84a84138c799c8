import { call, refusalOf, send } from './call.ts';
import type { Result } from './failures.ts';
import type { Order } from '../desk/counter/order.ts';
import type * as Api from './types.ts';

type Search = Api.Admin.GetAdminBookings.RequestQuery;
export type Found = Api.Admin.GetAdminBookings.ResponseBody['data'];
export type FoundBooking = Found['bookings'][number];
export type SoldBooking = Api.Admin.PostAdminCreateCustomerBooking.ResponseBody['data'];
type ExportQuery = Api.BookingCsv.GetBookingCsv.RequestQuery;
export type Export = { [Name in keyof ExportQuery]?: ExportQuery[Name] | undefined };

const EXPORTS_WITHIN_MS = 600_000;
const asUser = true;

export const findBookings = (query: Search, signal?: AbortSignal) =>
  call<Found>('/admin/bookings', { query, asUser, signal });

export const sellWalkIn = ({ showId, seats, name, phone, paise, key, username }: Order) =>
  call<SoldBooking>('/admin/create-customer-booking', {
    method: 'POST',
    body: {
      show_id: showId,
      customer_name: name,
      phone_number: phone,
      seat_numbers: seats,
      amount_paid: paise / 100,
    },
    key,
    asUser,
    // The key counts for this user: another one who logs in meanwhile must not send it.
    username,
  });

/** Paid bookings as CSV, under the name that the server gives the file. */
export async function exportBookings({ excel, ...filter }: Export): Promise<Result<File>> {
  const query = { ...filter, excel: excel ? 'true' : undefined };
  const sent = await send('/booking-csv', { query, asUser, withinMs: EXPORTS_WITHIN_MS });
  if ('failure' in sent) return sent;
  const { response } = sent;
  if (!response.ok) return { failure: await refusalOf(response) };
  const [, name = 'bookings.csv'] =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  const content = await response.blob().catch(() => undefined);
  if (!content) return { failure: { kind: 'lost' } };
  return { data: new File([content], name, { type: content.type }) };
}
