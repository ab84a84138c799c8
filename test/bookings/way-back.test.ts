import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkWayBack } from '../../src/bookings/bookings.ts';
import { emptyDatabase } from '../support/schema.ts';

/** A database with a sale of each kind, and the verbs of an operator who goes back. */
async function cinema(t: TestContext) {
  const database = await emptyDatabase(t);
  await database.up();
  await database.run(`
    insert into usertable (username, password, role) values ('asha', 'x', 'customer');
    insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
    values ('Asha', 'asha', '9000000001', 'asha@example.com', 1, 'x');
    insert into customer_wallet (username) values ('asha');
    insert into show (movie_id, date, slot_id, cost) select 'tt1', '2030-01-01', min(id), 100 from slot;
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
    select date, id, 'asha', 1, 100, 'CheckedIn', 'Card' from show;
    insert into booking (date, show_id, customer_username, no_of_seats, amount_paid, status, payment_type)
    select date, id, 'asha', 1, 100, 'Pending', 'Card' from show;
    insert into check_in (booking_id, checked_in_by) select id, 'staff-1' from booking where status = 'CheckedIn';
    insert into payment_transaction (booking_id, customer_username, payment_method, amount, status, transaction_id)
    select id, 'asha', 'Card', 100, 'Completed', 'tx-1' from booking where status = 'CheckedIn'`);
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-way-back-'));
  t.after(() => rm(folder, { recursive: true }));
  const log = { info: (text: string) => void database.said.push(text) };
  const back = (to: number) =>
    database.down(to, { beforeDown: (client, target) => checkWayBack(client, { to: target, folder, log }) });
  const kept = async () => {
    const [file] = await readdir(folder);
    if (file === undefined) return [];
    assert.match(database.said.join('\n'), new RegExp(join(folder, file)), 'the file is named');
    const lines = (await readFile(join(folder, file), 'utf8')).trim().split('\n');
    return lines.map((line) => JSON.parse(line) as { what: string; record: Record<string, unknown> });
  };
  const attempt = (columns: string, values: string) =>
    database.run(`
      insert into payment_transaction (customer_username, purpose, payment_method, amount, ${columns})
      values ('asha', 'booking', 'Card', 50, ${values})`);
  return { database, back, kept, attempt };
}

for (const [problem, columns, values] of [
  ['an outcome that nobody knows', 'status', `'Unknown'`],
  ['a charge that is under way', 'status, lease_until', `'Processing', now() + interval '1 minute'`],
  ['a charge without a booking', 'status, transaction_id', `'Completed', 'tx-9'`],
  [
    'a charge whose booking is not confirmed',
    'status, transaction_id, booking_id',
    `'Completed', 'tx-9', (select id from booking where status = 'Pending')`,
  ],
] as const) {
  test(`${problem} stops the way back before anything is undone`, async (t) => {
    const { database, back, kept, attempt } = await cinema(t);
    await attempt(columns, values);
    const before = await database.schema();
    await assert.rejects(back(21), /1 payment attempts that are open; nothing was changed/);
    assert.deepEqual(await database.schema(), before);
    assert.deepEqual(await kept(), []);
  });
}

test('what is settled does not stop the way back; it is kept in a file that is named', async (t) => {
  const { database, back, kept, attempt } = await cinema(t);
  await attempt('status, transaction_id, resolution, resolved_by', `'Refunded', 'tx-2', 'refunded', 'ravi'`);
  await attempt('status, reason', `'Failed', 'declined'`);
  await back(21);

  const records = await kept();
  const of = (what: string) => records.filter((line) => line.what === what).map(({ record }) => record);
  assert.deepEqual(
    of('payments').map(({ status, transaction_id }) => [status, transaction_id]),
    [
      ['Refunded', 'tx-2'],
      ['Failed', null],
    ],
  );
  assert.equal(of('check-ins')[0]?.['checked_in_by'], 'staff-1');
  assert.match(String(of('ticket nonces')[0]?.['ticket_nonce']), /^[0-9a-f-]{36}$/);
  assert.deepEqual(await database.rows('select transaction_id from payment_transaction'), [
    { transaction_id: 'tx-1' },
  ]);
  await database.up();
});

test('going back a little stops only for what that would lose', async (t) => {
  const { back, attempt, kept } = await cinema(t);
  await attempt('status', `'Unknown'`);
  await back(36);
  assert.deepEqual(await kept(), []);
  await attempt('status, transaction_id, earlier_resolution', `'Unknown', 'tx-3', 'failed'`);
  await assert.rejects(back(30), /attempt \d+: charged, not confirmed/);
});

test('what the schema that is gone back to holds neither stops it nor is kept', async (t) => {
  const { back, attempt, kept } = await cinema(t);
  await attempt('status, transaction_id, earlier_resolution', `'Unknown', 'tx-3', 'failed'`);
  await back(35);
  assert.deepEqual(await kept(), []);
  await back(33);
  assert.deepEqual(
    (await kept()).map(({ what }) => what),
    ['check-ins', 'ticket nonces'],
  );
});

test('one migration that cannot be undone leaves all as it was', async (t) => {
  const { database, back } = await cinema(t);
  const before = await database.schema();
  await database.run('create view of_somebody as select ticket_nonce from booking');
  await assert.rejects(back(30));
  await database.run('drop view of_somebody');
  assert.deepEqual(await database.schema(), before);
});
