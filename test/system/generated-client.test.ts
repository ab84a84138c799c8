import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pictureFields } from '../customers/people.ts';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';

const TOOLS = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));
const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable'],
    module: 'nodenext',
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmitOnError: true,
    rewriteRelativeImportExtensions: true,
    outDir: 'out',
  },
};
const CARD = `{ card_number: '4242424242424242', cvv: '123', expiry_month: '12', expiry_year: '39', cardholder_name: 'Asha Rao' }`;

/** What a front end would write with the client. Its types are checked with the client's, so it stands here as text. */
const SCRIPT = `
import { Api } from './client.ts';

type Picture = { profile_img: string; profile_img_sha: string };

export async function book(baseUrl: string, picture: Picture) {
  const api = new Api<string>({
    baseUrl,
    securityWorker: (token) => (token === null ? {} : { headers: { Authorization: \`Bearer \${token}\` } }),
  });
  const username = 'generated';
  const password = 'Harbour@2026';
  await api.customer.postCustomerSignup({
    name: 'Asha Rao',
    username,
    password,
    number: '9123456780',
    email: 'generated@example.com',
    security_question_id: 1,
    security_answer: 'Bluebell',
    ...picture,
  });
  const login = await api.login.postLogin({ username, password });
  api.setSecurityData(login.data.data.token);

  const shows = await api.shows.getShows({ date: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) });
  const [show] = shows.data.data;
  if (!show || show.availableseats < 3) throw new Error('no show');
  const map = await api.shows.getShowsByShowIdSeatMap(show.id);
  const free = Object.values(map.data.data.seat_map).flat().filter((seat) => !seat.occupied);
  const [first = '', second = '', third = ''] = free.map((seat) => seat.seat_number);

  const hold = await api.customer.postCustomerBookingInitialize({ show_id: show.id, seat_numbers: [first, second] });
  const byCard = await api.customer.postCustomerBookingPayment({
    booking_id: hold.data.data.booking_id,
    payment_method: 'Card',
    ...${CARD},
  });
  const taken: string = await api.customer
    .postCustomerBookingInitialize({ show_id: show.id, seat_numbers: [first] })
    .then(() => 'held twice', ({ error }: { error: { code: string } }) => error.code);

  await api.customer.postCustomerWalletAddFunds({ amount: '1000.50', ...${CARD} });
  const other = await api.customer.postCustomerBookingInitialize({ show_id: show.id, seat_numbers: [third] });
  const byWallet = await api.customer.postCustomerBookingByIdPayment(other.data.data.booking_id, {
    payment_method: 'Wallet',
  });
  const paid: number = byCard.data.data.amount_paid + byWallet.data.data.amount_paid;
  const ticket = await api.booking.getBookingByIdQr(hold.data.data.booking_id);
  const bookings = await api.customer.getCustomerBookings();
  return { taken, paid, mimeType: ticket.data.data.mime_type, bookings: bookings.data.data };
}
`;

type Booked = {
  taken: string;
  paid: number;
  mimeType: string;
  bookings: { status: string; payment_type: string; seat_numbers: string[]; amount_paid: number }[];
};

const app = await startApp(wholeFile);
const folder = await mkdtemp(join(tmpdir(), 'skyfox-client-'));
wholeFile.after(() => rm(folder, { recursive: true, force: true }));

/** Runs a tool of node_modules in the folder, and gives what it printed where it failed. */
const run = (tool: string, ...args: string[]) =>
  new Promise<string | undefined>((resolve) => {
    execFile(process.execPath, [join(TOOLS, tool), ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}` : undefined),
    );
  });

const compile = async (script: string) => {
  await writeFile(join(folder, 'booking.ts'), script);
  return run('tsc');
};

await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
const generating = ['--path', `${app.base}/openapi.json`, '--output', folder, '--name', 'client.ts'];
assert.equal(await run('swagger-typescript-api', 'generate', '--silent', ...generating), undefined);
// The generator asks compilers to look away from its file; here they look.
const client = join(folder, 'client.ts');
await writeFile(client, (await readFile(client, 'utf8')).replace('// @ts-nocheck', ''));

test('a client generated from the description compiles and books seats, by card and from the wallet', async () => {
  const showId = await app.show({ days: 1 });
  assert.equal(await compile(SCRIPT), undefined);
  const module = pathToFileURL(join(folder, 'out', 'booking.js')).href;
  const { book } = (await import(module)) as {
    book: (base: string, picture: ReturnType<typeof pictureFields>) => Promise<Booked>;
  };

  const { taken, paid, mimeType, bookings } = await book(app.base, pictureFields());
  assert.deepEqual(
    bookings.map(({ status, payment_type, seat_numbers }) => [status, payment_type, seat_numbers]),
    [
      ['Confirmed', 'Wallet', ['A3']],
      ['Confirmed', 'Card', ['A1', 'A2']],
    ],
  );
  assert.equal(
    paid,
    bookings.reduce((sum, { amount_paid }) => sum + amount_paid, 0),
  );
  assert.deepEqual([taken, mimeType], ['SEATS_UNAVAILABLE', 'image/png']);
  assert.equal(await app.count('booking', `show_id = ${showId} and status = 'Confirmed'`), 2);
});

for (const [wrong, from, to] of [
  ['an id sent as text', 'show_id: show.id,', 'show_id: String(show.id),'],
  ['a field that no request has', 'seat_numbers: [third]', 'seats: [third]'],
  ['a way to pay that there is not', `'Wallet'`, `'Cash'`],
  ['a field that no answer has', 'hold.data.data.booking_id', 'hold.data.data.bookingId'],
  ['a text taken for a number', 'const paid: number =', 'const paid: string ='],
] as const) {
  test(`with that client ${wrong} does not compile`, async () => {
    const script = SCRIPT.replace(from, to);
    assert.notEqual(script, SCRIPT);
    const faults = String(await compile(script)).match(/^\S+: error TS/gm);
    assert.match(String(faults), /^booking\.ts\(\d+,\d+\): error TS$/, 'this one, and none besides');
  });
}
