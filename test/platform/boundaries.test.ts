import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** What each module may import besides itself: the tables of ARCHITECTURE.md, *Boundaries*. */
const MAY_IMPORT = new Map(
  [...section('Boundaries').matchAll(/^\| (`.+?) +\| (.+?) +\|$/gm)].flatMap(
    ([, modules = '', allowed = '']) => named(modules).map((name) => [name, named(allowed)] as const),
  ),
);
const platform = new Set([...MAY_IMPORT.keys()].filter((name) => name.startsWith('platform')));

function section(heading: string): string {
  const page = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');
  return page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

function named(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

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
/** The table of contents, and what puts the program together: they may import anything. */
const isTop = (folder: string) => folder === '.' || folder === 'start';
const across = imports.filter(({ folder, into }) => folder !== into);

test('the modules of src are those of the tables in ARCHITECTURE', () => {
  const folders = new Set(files.map(({ folder }) => folder).filter((folder) => !isTop(folder)));
  assert.deepEqual([...folders].toSorted(), [...MAY_IMPORT.keys()].toSorted());
});

test('a module imports only what the tables allow', () => {
  const mayImport = (folder: string, into: string) =>
    isTop(folder) || MAY_IMPORT.get(folder)?.includes(into) || (!platform.has(folder) && platform.has(into));
  assert.deepEqual(
    across.filter(({ folder, into }) => !mayImport(folder, into)).map(({ says }) => says),
    [],
  );
});

test('nobody but the start imports what puts the program together', () => {
  assert.deepEqual(
    across.filter(({ folder, into }) => !isTop(folder) && isTop(into)).map(({ says }) => says),
    [],
  );
});

test('of another module only the file is imported that is named after it', () => {
  const breaches = across.filter(
    ({ folder, into, to }) => !isTop(folder) && !platform.has(into) && to !== join(into, `${into}.ts`),
  );
  assert.deepEqual(
    breaches.map(({ says }) => says),
    [],
  );
});

test('no imports lead back to where they began, those of types included', () => {
  const importsOf = Map.groupBy(imports, ({ path }) => path);
  const circles: string[] = [];
  const done = new Set<string>();
  const follow = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (done.has(path) || way.includes(path)) return;
    for (const { to } of importsOf.get(path) ?? []) follow(to, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) follow(path, []);
  assert.deepEqual(circles, []);
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
  const readers = new Set(['start/config.ts', 'platform/embedded/postgres-files.ts']);
  const breaches = files.filter(({ path, text }) => text.includes('process.env') && !readers.has(path));
  assert.deepEqual(
    breaches.map(({ path }) => path),
    [],
  );
});

test('Date.now and new Date() judge nothing of a booking: the database’s clock does', () => {
  const judges = files.filter(({ folder }) =>
    ['bookings', 'checkout', 'wallet', 'checkins'].includes(folder),
  );
  // It names a file by it.
  const exempt = 'bookings/way-back.ts';
  const breaches = judges.filter(
    ({ path, text }) => path !== exempt && /Date\.now\(\)|new Date\(\)/.test(text),
  );
  assert.deepEqual(
    breaches.map(({ path }) => path),
    [],
  );
});
