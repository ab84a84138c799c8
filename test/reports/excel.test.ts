import assert from 'node:assert/strict';
import { buffer, text } from 'node:stream/consumers';
import { test } from 'node:test';
import { createGunzip } from 'node:zlib';
import { download, HEADER, oneSale } from './download.ts';
import { startCinema } from './history.ts';

test('for Excel it is marked as UTF-8, and telephone numbers are text; without that, not a byte differs', async (t) => {
  const app = await startCinema(t, 'UTC');
  const showId = await app.show();
  const people = [
    { name: 'Zoë 映画', number: '0123456789' },
    { name: '=1+1', number: '9876543210' },
    { name: 'Rao, "Asha"', number: '0000000000' },
  ];
  for (const person of people) await oneSale(app, '2025-04-27T10:00:00Z', person);
  const walkIn = { show_id: showId, customer_name: 'Ravi', phone_number: '0000000001', seat_numbers: ['A1'] };
  assert.equal(
    (await app.post('/admin/create-customer-booking', { as: app.admin, body: walkIn })).status,
    201,
  );
  const bytes = async (query: string) => {
    const response = await download(app, query);
    assert.equal(response.headers['content-type'], 'text/csv; charset=utf-8');
    return buffer(response);
  };
  const phones = ['0123456789', '9876543210', '0000000000', '0000000001'];
  const plain = await bytes('');
  const lines = plain.toString('utf8').split('\n');
  assert.equal(lines[0], HEADER);
  const expected = lines.map((line) => {
    const row = Number.parseInt(line, 10) - 1;
    return row >= 0 ? line.replace(`,${phones[row]},`, () => `,"=""${phones[row]}""",`) : line;
  });

  const excel = await bytes('?excel=true');
  assert.deepEqual([...excel.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.equal(excel.subarray(3).toString('utf8'), expected.join('\n'));
  assert.match(excel.toString('utf8'), /,'=1\+1,"=""9876543210""",/, 'names are harmless as before');

  const packed = await download(app, '?excel=true', { 'accept-encoding': 'gzip' });
  assert.deepEqual(await buffer(packed.pipe(createGunzip())), excel);
  const april = await download(app, '?excel=true&month=4&year=2025');
  assert.equal(april.headers['content-disposition'], 'attachment; filename="bookings_April_2025.csv"');
  assert.equal((await text(april)).trim().split('\n').length, 1 + people.length);
  for (const query of ['?excel=', '?excel=false', '?excel=1', '?excel=TRUE']) {
    assert.deepEqual(await bytes(query), plain, query);
  }
  assert.equal((await bytes('?excel=true&year=1999')).toString('utf8'), `\uFEFF${HEADER}\n`);
});
