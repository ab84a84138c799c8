import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** The rooms below the cinema, which know nothing of it; any file of theirs may be imported. */
const GROUND: Record<string, readonly string[]> = {
  platform: [],
  embedded: ['platform'],
  database: ['platform', 'embedded'],
  http: ['platform', 'database'],
  limits: ['platform'],
  metrics: ['platform', 'http'],
  pages: ['platform', 'database', 'http'],
  stores: ['platform', 'http'],
  typesetting: [],
};
const ground = Object.keys(GROUND);

/** What each folder may know of, itself aside; ARCHITECTURE tells why. */
const MAY_KNOW: Record<string, readonly string[]> = {
  ...GROUND,
  auth: ground,
  idempotency: ground,
  movies: [...ground, 'auth'],
  payments: [...ground, 'auth'],
  wallet: [...ground, 'auth', 'payments', 'idempotency'],
  customers: [...ground, 'auth', 'wallet'],
  shows: [...ground, 'auth', 'movies'],
  bookings: [...ground, 'auth', 'idempotency', 'payments', 'wallet', 'customers', 'shows'],
  tickets: [...ground, 'auth', 'movies', 'shows', 'bookings'],
  checkins: [...ground, 'auth', 'bookings', 'tickets'],
  reports: [...ground, 'auth', 'movies'],
};

/** Which folder alone writes a table. */
const WRITER: Record<string, string> = {
  usertable: 'auth',
  password_history: 'auth',
  password_reset_tokens: 'auth',
  ended_session: 'auth',
  stafftable: 'auth',
  customertable: 'customers',
  customer_wallet: 'wallet',
  wallet_transaction: 'wallet',
  show: 'shows',
  slot: 'shows',
  seat: 'shows',
  booking: 'bookings',
  booking_seat_mapping: 'bookings',
  pending_booking_tracker: 'bookings',
  admin_booked_customer: 'bookings',
  check_in: 'bookings',
  payment_transaction: 'payments',
  idempotency_key: 'idempotency',
  idempotency_secret: 'idempotency',
  ticket_key: 'tickets',
};

const files = globSync('**/*.ts', { cwd: SRC }).map((path) => ({
  path,
  folder: dirname(path),
  text: readFileSync(join(SRC, path), 'utf8'),
}));

const imports = files.flatMap(({ path, folder, text }) =>
  [...text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)].map(([, target = '']) => {
    const to = join(folder, target);
    return { path, folder, to, into: dirname(to), says: `${path} imports ${to}` };
  }),
);
// Files beside the folders put the program together and may know all of it; nobody knows them.
const isRoot = (folder: string) => folder === '.';
const across = imports.filter(({ folder, into }) => !isRoot(folder) && folder !== into);

test('every source file is one folder deep, in a folder that the walls know of', () => {
  const folders = new Set(files.map(({ folder }) => folder).filter((folder) => !isRoot(folder)));
  assert.deepEqual([...folders].toSorted(), Object.keys(MAY_KNOW).toSorted());
});

test('a folder imports only from folders that it may know of', () => {
  const breaches = across.filter(({ folder, into }) => !MAY_KNOW[folder]?.includes(into));
  assert.deepEqual(
    breaches.map(({ says }) => says),
    [],
  );
});

test('across folders only the file is imported that is named after its folder', () => {
  const breaches = across.filter(({ into, to }) => !ground.includes(into) && to !== join(into, `${into}.ts`));
  assert.deepEqual(
    breaches.map(({ says }) => says),
    [],
  );
});

test('no walls can be walked around in a ring', () => {
  const reaches = (from: string, to: string): boolean =>
    (MAY_KNOW[from] ?? []).some((next) => next === to || reaches(next, to));
  assert.deepEqual(
    Object.keys(MAY_KNOW).filter((folder) => reaches(folder, folder)),
    [],
  );
});

test('a table is written by one folder alone', () => {
  const breaches = files.flatMap(({ path, folder, text }) => {
    const code = text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '');
    const writes = code.matchAll(/(?<!for |do )\b(?:insert into|update|delete from)\s+([a-z_]+)\b/g);
    return [...writes]
      .map(([, table = '']) => table)
      .filter((table) => Object.hasOwn(WRITER, table) && WRITER[table] !== folder)
      .map((table) => `${path} writes ${table}`);
  });
  assert.deepEqual(breaches, []);
});

test('the environment is read in one file', () => {
  // The embedded server is handed the PATH and nothing else of it.
  const readers = new Set(['config.ts', 'embedded/postgres-files.ts']);
  const breaches = files.filter(({ path, text }) => text.includes('process.env') && !readers.has(path));
  assert.deepEqual(
    breaches.map(({ path }) => path),
    [],
  );
});

test('Date.now and new Date() judge nothing of a booking: the database’s clock does', () => {
  const judges = files.filter(({ folder }) => ['bookings', 'wallet', 'checkins'].includes(folder));
  const breaches = judges.filter(({ text }) => /Date\.now\(\)|new Date\(\)/.test(text));
  assert.deepEqual(
    breaches.map(({ path }) => path),
    [],
  );
});
