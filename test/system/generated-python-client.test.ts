import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';
import { openPython } from '../support/python.ts';

/** What a user of the client would write: a show of tomorrow, two seats, paid by card, and the ticket. */
const SCRIPT = `
import datetime, json, sys
from skyfox import AuthenticatedClient
from skyfox.api.booking import (
    get_booking_by_id_qr, get_customer_bookings, post_customer_booking_initialize, post_customer_booking_payment,
)
from skyfox.api.shows import get_shows, get_shows_by_show_id_seat_map
from skyfox.models import (
    PostCustomerBookingInitializeBody, PostCustomerBookingPaymentBody, PostCustomerBookingPaymentBodyPaymentMethod,
)

base, token = sys.argv[1:]
client = AuthenticatedClient(base_url=base, token=token, raise_on_unexpected_status=True)
tomorrow = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)
show = get_shows.sync(client=client, date=tomorrow).data[0]
seat_map = get_shows_by_show_id_seat_map.sync(show.id, client=client).data.seat_map.to_dict()
free = [seat["seat_number"] for row in seat_map.values() for seat in row if not seat["occupied"]][:2]
wish = PostCustomerBookingInitializeBody(show_id=show.id, seat_numbers=free)
hold = post_customer_booking_initialize.sync(client=client, body=wish, idempotency_key="from-python").data
paid = post_customer_booking_payment.sync(client=client, body=PostCustomerBookingPaymentBody(
    booking_id=hold.booking_id, payment_method=PostCustomerBookingPaymentBodyPaymentMethod.CARD,
    card_number="4242424242424242", cvv="123", expiry_month="12", expiry_year="39", cardholder_name="Asha Rao",
)).data
ticket = get_booking_by_id_qr.sync(paid.booking_id, client=client).data
refused = post_customer_booking_initialize.sync(client=client, body=wish)
[booking] = get_customer_bookings.sync(client=client).data
print(json.dumps({
    "seats": paid.seat_numbers, "status": booking.status.value, "mime_type": ticket.mime_type.value,
    "refused": refused.code.value, "id": booking.booking_id,
}))
`;

const app = await startApp(wholeFile);
const folder = await mkdtemp(join(tmpdir(), 'skyfox-python-'));
wholeFile.after(() => rm(folder, { recursive: true, force: true }));

test('a Python client generated from the description books seats by card, with ids as they come', async () => {
  const python = await openPython();
  const description = join(folder, 'openapi.json');
  await writeFile(description, (await app.get('/openapi.json')).text);
  await python.generate(description, join(folder, 'skyfox'));
  await app.show({ days: 1 });
  const customer = await app.customer();
  const printed = await python.run(SCRIPT, { folder, args: [app.base, customer.token] });
  assert.deepEqual(JSON.parse(printed), {
    seats: ['A1', 'A2'],
    status: 'Confirmed',
    mime_type: 'image/png',
    refused: 'SEATS_UNAVAILABLE',
    id: 1,
  });
});
