import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startApp, SETTINGS } from '../support/app.ts';
import { checkIn, scanned } from '../checkins/door.ts';
import { eventually } from '../support/eventually.ts';
import { lacksDebianPostgres as skip, pg, pgFolder, startPostgres } from '../support/restorable-postgres.ts';

const HOST = ['-h', '127.0.0.1', '-U', 'postgres'];

/** A server with a database of the program's, and in it what must not be lost: a paid booking, a wallet, a hold. */
async function cinema(t: TestContext) {
  const folder = await pgFolder();
  const server = await startPostgres(join(folder, 'data'));
  pg('createdb', [...HOST, '-p', server.port, 'skyfox']);
  const app = await startApp(t, { databaseUrl: server.url('skyfox') });
  t.after(server.stop);
  t.after(() => rm(folder, { recursive: true, force: true }));
  const person = await app.customer({ balance: '900.00' });
  const showId = await app.show();
  const { data: bought } = await app.hold(person, showId, ['A1', 'F2']);
  assert.equal((await app.pay(person, Number(bought['booking_id']))).code, '200');
  await app.hold(person, showId, ['B1']);
  return { folder, server, app, person, showId };
}

type Cinema = Awaited<ReturnType<typeof cinema>>;

/** The program on what was restored: the same bookings and seats, money that adds up, and sales go on. */
async function assertWhole(t: TestContext, { person, showId }: Cinema, databaseUrl: string) {
  const app = await startApp(t, { databaseUrl });
  const { json } = await app.get('/customer/bookings', { as: person });
  const bookings = json['data'] as unknown as { status: string }[];
  assert.deepEqual(
    bookings.map(({ status }) => status),
    ['Pending', 'Confirmed'],
  );
  assert.equal((await app.get('/customer/wallet', { as: person })).data['balance'], 900);
  // A server that has just recovered on a busy machine may keep its first client waiting.
  let refusal = '';
  await eventually('the database has time', async () => {
    refusal = (await app.hold(person, showId, ['A1'])).code;
    return refusal !== 'SERVICE_UNAVAILABLE';
  });
  assert.equal(refusal, 'SEATS_UNAVAILABLE');
  assert.equal((await app.hold(person, showId, ['C1'])).code, '201');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/reconcile.ts'], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env['PATH'], ...SETTINGS, DATABASE_URL: databaseUrl },
  });
  assert.equal(status, 0, stdout + stderr);
  await app.stop();
}

test(
  'a dump taken while the program sells restores to a database that it goes on with',
  { skip },
  async (t) => {
    const running = await cinema(t);
    const { folder, server } = running;
    const file = join(folder, 'skyfox.dump');
    pg('pg_dump', [...HOST, '-p', server.port, '--format=custom', '--file', file, 'skyfox']);
    pg('createdb', [...HOST, '-p', server.port, 'restored']);
    const into = ['--dbname=restored', '--exit-on-error', '--no-owner'];
    pg('pg_restore', [...HOST, '-p', server.port, ...into, file]);
    pg('psql', [...HOST, '-p', server.port, '--dbname=restored', '--command=analyze']);
    await assertWhole(t, running, server.url('restored'));
  },
);

test('a base backup starts as a server of its own', { skip }, async (t) => {
  const running = await cinema(t);
  const copy = join(running.folder, 'copy');
  const how = ['--wal-method=stream', '--checkpoint=fast'];
  pg('pg_basebackup', [...HOST, '-p', running.server.port, '--pgdata', copy, ...how]);
  const second = await startPostgres(copy);
  try {
    await assertWhole(t, running, second.url('skyfox'));
  } finally {
    await second.stop();
  }
});

test('with archived WAL a server goes back to the moment before a mistake', { skip }, async (t) => {
  const running = await cinema(t);
  const { folder, server, app } = running;
  const archive = join(folder, 'archive');
  const copy = join(folder, 'copy');
  await app.stop();
  await server.stop();
  await appendFile(
    join(folder, 'data/postgresql.auto.conf'),
    `archive_mode = on\narchive_command = 'mkdir -p ${archive} && cp %p ${archive}/%f'\n`,
  );
  const again = await startPostgres(join(folder, 'data'));
  const psql = (text: string) =>
    pg('psql', [...HOST, '-p', again.port, '-d', 'skyfox', '--no-align', '--tuples-only', '-c', text]).trim();
  pg('pg_basebackup', [...HOST, '-p', again.port, '--pgdata', copy, '--checkpoint=fast']);
  const before = psql('select clock_timestamp()');
  psql('select pg_sleep(0.2)');
  psql('delete from booking_seat_mapping');
  assert.equal(psql('select count(*) from booking_seat_mapping'), '0', 'the mistake is made');
  psql('select pg_switch_wal()');
  await again.stop();

  await appendFile(
    join(copy, 'postgresql.auto.conf'),
    `archive_mode = off\nrestore_command = 'cp ${archive}/%f %p'\n` +
      `recovery_target_time = '${before}'\nrecovery_target_action = 'promote'\n`,
  );
  await copyFile('/dev/null', join(copy, 'recovery.signal'));
  const restored = await startPostgres(copy);
  // It answers as a replica first; the program refuses a replica.
  const isPromoted = () =>
    pg('psql', [...HOST, '-p', restored.port, '-d', 'skyfox', '-Atc', 'select pg_is_in_recovery()']) ===
    'f\n';
  await eventually('the server is promoted', isPromoted);
  try {
    await assertWhole(t, running, restored.url('skyfox'));
  } finally {
    await restored.stop();
  }
});

/** The statement that the operations page has an operator run after a restore. */
async function readSequenceStatement(): Promise<string> {
  const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [statement = ''] = /select name, setval\([^;]*;/.exec(page) ?? [];
  assert.notEqual(statement, '', 'the page has the statement');
  return statement;
}

test(
  'after a restore no number is given out twice, and the ticket of a lost sale is known as ours',
  { skip },
  async (t) => {
    const { folder, server, app, person, showId } = await cinema(t);
    const file = join(folder, 'skyfox.dump');
    pg('pg_dump', [...HOST, '-p', server.port, '--format=custom', '--file', file, 'skyfox']);
    const lost = Number((await app.hold(person, showId, ['D1'])).data['booking_id']);
    assert.equal((await app.pay(person, lost)).code, '200');
    const ticket = await scanned(app, lost);
    await app.stop();

    const restore = async (name: string, statement?: string) => {
      pg('createdb', [...HOST, '-p', server.port, name]);
      pg('pg_restore', [
        ...HOST,
        '-p',
        server.port,
        `--dbname=${name}`,
        '--exit-on-error',
        '--no-owner',
        file,
      ]);
      if (statement)
        pg('psql', [...HOST, '-p', server.port, '-d', name, '-v', 'ON_ERROR_STOP=1', '-c', statement]);
      const restored = await startApp(t, { databaseUrl: server.url(name) });
      const { data } = await restored.hold(person, showId, ['D1']);
      const { data: door } = await checkIn(restored, { ticket });
      await restored.stop();
      return { number: Number(data['booking_id']), details: door['details'] as unknown };
    };
    const without = await restore('numbers_again');
    assert.deepEqual(without, {
      number: lost,
      details: [{ booking_id: lost, outcome: 'invalid', reason: 'forged' }],
    });
    const { number, details } = await restore('numbers_go_on', await readSequenceStatement());
    assert.ok(number > lost + 100_000, `${number}`);
    assert.deepEqual(details, [{ booking_id: lost, outcome: 'invalid', reason: 'unknown' }]);
  },
);
