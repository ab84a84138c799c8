import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { startApp, type Person, type TestApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { readCode } from '../support/codes.ts';
import { sql } from '../../src/platform/database/db.ts';

const linesOf = (text: string | undefined) =>
  Object.fromEntries(
    (text ?? '').split('\n').map((line) => {
      const [name = '', ...rest] = line.split(': ');
      return [name, rest.join(': ')];
    }),
  );

async function qrText(app: TestApp, bookingId: number, as: Person): Promise<string> {
  const answer = await app.get(`/booking/${bookingId}/qr`, { as });
  assert.equal(answer.status, 200, answer.text);
  return (await readCode(Buffer.from(answer.data['qr_code'] ?? '', 'base64'))) ?? 'cannot be read';
}

async function paidBooking(app: TestApp, seats: string[], { movieId = 'tt0111161' } = {}) {
  const customer = await app.customer();
  const showId = await app.show({ movieId });
  const held = await app.hold(customer, showId, seats);
  const bookingId = Number(held.data['booking_id']);
  const paid = await app.pay(customer, bookingId);
  assert.equal(paid.status, 200, paid.text);
  return { customer, bookingId, showId, date: paid.data['show_date'] };
}

const rename = (app: TestApp, { username }: Person, name: string) =>
  app.pool.run(sql`update customertable set name = ${name} where username = ${username}`);

test('the QR code of a booking says what was booked, in an envelope', async (t) => {
  const app = await startApp(t);
  const { customer, bookingId, date } = await paidBooking(app, ['F10', 'F9', 'A10', 'A9']);
  const { data, json } = await app.get(`/booking/${bookingId}/qr`, { as: customer });
  assert.equal(json['message'], 'QR code generated successfully');
  assert.deepEqual([data['mime_type'], data['encoding']], ['image/png', 'base64']);

  const png = Buffer.from(data['qr_code'] ?? '', 'base64');
  const { format, width, height } = await sharp(png).metadata();
  assert.equal(format, 'png');
  assert.ok(width >= 256 && height === width, `${width} x ${height}`);
  const text = await readCode(png);
  assert.ok(text?.startsWith(`SKYFOX BOOKING #${bookingId}\n`));
  const { Phone, Ticket, Signature, ...facts } = linesOf(text);
  assert.match(Phone ?? '', /^\d{10}$/);
  assert.match(Ticket ?? '', /^[A-Za-z0-9_-]{22}$/);
  assert.match(Signature ?? '', /^kept\./);
  assert.deepEqual(facts, {
    [`SKYFOX BOOKING #${bookingId}`]: '',
    Customer: 'Asha Rao',
    Movie: 'The Shawshank Redemption',
    Date: date,
    Time: '08:30 AM',
    Seats: 'A9, A10, F9, F10',
    Amount: 'INR 1100.00',
    'Payment Type': 'Card',
    Status: 'Confirmed',
  });
});

test('the PDF is one, in an envelope, and the same bytes each time, also from another process', async (t) => {
  const { url } = await createDatabase(t);
  const app = await startApp(t, { databaseUrl: url });
  const { customer, bookingId } = await paidBooking(app, ['A1']);
  const { json, data } = await app.get(`/booking/${bookingId}/pdf`, { as: customer });
  assert.equal(json['message'], 'PDF ticket generated successfully');
  assert.deepEqual([data['mime_type'], data['encoding']], ['application/pdf', 'base64']);
  const pdf = Buffer.from(data['pdf'] ?? '', 'base64').toString('latin1');
  assert.match(pdf, /^%PDF-1\.\d\n/);
  assert.match(pdf, /\/Type \/Pages\n\/Count 1\n/);

  const other = await startApp(t, { databaseUrl: url });
  for (const kind of ['qr', 'pdf']) {
    const first = await app.get(`/booking/${bookingId}/${kind}`, { as: customer });
    const second = await other.get(`/booking/${bookingId}/${kind}`, { as: app.staff });
    assert.deepEqual(second.data, first.data, kind);
  }
  await Promise.all([app.stop(), other.stop()]);
});

test('a ticket is its owner’s, staff’s and admins’; what has no booking has no ticket', async (t) => {
  const app = await startApp(t);
  const { customer, bookingId } = await paidBooking(app, ['A1']);
  const rival = await app.customer();
  for (const kind of ['qr', 'pdf']) {
    for (const as of [customer, app.staff, app.admin]) {
      assert.equal((await app.get(`/booking/${bookingId}/${kind}`, { as })).status, 200);
    }
    const refused = await app.get(`/booking/${bookingId}/${kind}`, { as: rival });
    assert.equal(refused.status, 403);
    assert.equal(refused.code, 'FORBIDDEN');
    assert.equal(refused.json['message'], 'Access denied to this booking');
    assert.equal((await app.get(`/booking/${bookingId}/${kind}`)).code, 'MISSING_AUTH_HEADER');
    for (const [id, status, code] of [
      ['abc', 400, 'INVALID_BOOKING_ID'],
      ['1.5', 400, 'INVALID_BOOKING_ID'],
      ['99999999', 404, 'BOOKING_NOT_FOUND'],
      ['-1', 404, 'BOOKING_NOT_FOUND'],
      ['99999999999999999999', 404, 'BOOKING_NOT_FOUND'],
    ] as const) {
      const answer = await app.get(`/booking/${id}/${kind}`, { as: customer });
      assert.deepEqual([answer.status, answer.code], [status, code], id);
    }
  }
});

test('a walk-in’s ticket is no customer’s', async (t) => {
  const app = await startApp(t);
  const sold = await app.post('/admin/create-customer-booking', {
    as: app.admin,
    body: {
      show_id: await app.show(),
      customer_name: 'walk in',
      phone_number: '9876543210',
      seat_numbers: ['A1'],
    },
  });
  const bookingId = Number(sold.data['booking_id']);
  const { Customer, Phone, 'Payment Type': type } = linesOf(await qrText(app, bookingId, app.staff));
  assert.deepEqual([Customer, Phone, type], ['walk in', '9876543210', 'Cash']);
  assert.equal((await app.get(`/booking/${bookingId}/qr`, { as: await app.customer() })).status, 403);
});

test('a Pending booking has a ticket marked as not paid, until its hold is over', async (t) => {
  const app = await startApp(t);
  const customer = await app.customer();
  const held = await app.hold(customer, await app.show(), ['A1']);
  const bookingId = Number(held.data['booking_id']);
  const facts = linesOf(await qrText(app, bookingId, customer));
  assert.deepEqual([facts['Status'], facts['Payment Type']], ['Pending - NOT PAID', 'None yet']);
  assert.equal((await app.get(`/booking/${bookingId}/pdf`, { as: customer })).status, 200);

  await app.age(bookingId);
  assert.equal((await app.get(`/booking/${bookingId}/qr`, { as: customer })).code, 'BOOKING_NOT_FOUND');
});

test('ten seats, and names of 70 letters in any script, fit and are read as they are', async (t) => {
  const app = await startApp(t);
  const seats = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'].map((row) => `${row}10`);
  const { customer, bookingId } = await paidBooking(app, seats);
  for (const name of [
    'M'.repeat(70),
    'आशा ' + 'क्ष्म्यै'.repeat(8),
    'அன்பு '.repeat(11).trim(),
    'Zoë Größe',
    '王'.repeat(70),
    '𐍈'.repeat(70),
  ]) {
    const full = Array.from(name).slice(0, 70).join('');
    await rename(app, customer, full);
    const facts = linesOf(await qrText(app, bookingId, customer));
    assert.equal(facts['Customer'], full);
    assert.equal(facts['Seats'], seats.join(', '));
    assert.equal((await app.get(`/booking/${bookingId}/pdf`, { as: customer })).status, 200, full);
  }
});

test('a ticket comes with the movie’s id for a name where the movie service is out of reach', async (t) => {
  const app = await startApp(t, { env: { MOVIE_SERVICE_URL: 'http://127.0.0.1:9' } });
  const { customer, bookingId } = await paidBooking(app, ['A1'], { movieId: 'tt9000006' });
  const text = await qrText(app, bookingId, customer);
  assert.equal(linesOf(text)['Movie'], 'tt9000006');
  assert.equal(app.needs.tickets.read(text).isGood, true);
});

test('tickets stay good when TICKET_KEYS come, and when one key takes over from another', async (t) => {
  const { url } = await createDatabase(t);
  const texts: string[] = [];
  const print = async (env: Record<string, string>, booked?: { customer: Person; bookingId: number }) => {
    const app = await startApp(t, { databaseUrl: url, env });
    const booking = booked ?? (await paidBooking(app, ['A1']));
    texts.push(await qrText(app, booking.bookingId, app.staff));
    const good = texts.map((text) => app.needs.tickets.read(text).isGood);
    await app.stop();
    return { booking, good };
  };
  const { booking } = await print({});
  const [k1, k2] = ['k1:a secret of sixteen', 'k2:another of sixteen'].map((key) => key.replaceAll(' ', '-'));
  assert.deepEqual((await print({ TICKET_KEYS: `${k1}` }, booking)).good, [true, true]);
  assert.deepEqual((await print({ TICKET_KEYS: `${k2},${k1}` }, booking)).good, [true, true, true]);
  assert.deepEqual((await print({ TICKET_KEYS: `${k2}` }, booking)).good, [true, false, true, true]);
  assert.deepEqual(
    texts.map((text) => /Signature: (\w+)\./.exec(text)?.[1]),
    ['kept', 'k1', 'k2', 'k2'],
  );
});

test('processes that start at once make one key and all sign by it', async (t) => {
  const { url } = await createDatabase(t);
  const apps = await Promise.all(Array.from({ length: 4 }, () => startApp(t, { databaseUrl: url })));
  const [first] = apps;
  if (!first) throw new Error('no app');
  assert.equal(await first.count('ticket_key'), 1);
  const { bookingId } = await paidBooking(first, ['A1']);
  const texts = await Promise.all(apps.map((app) => qrText(app, bookingId, app.staff)));
  assert.equal(new Set(texts).size, 1);
  await Promise.all(apps.map((app) => app.stop()));
});
