import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { restoreRecords } from '../../scripts/restore-records.ts';
import { checkWayBack } from '../../src/bookings/bookings.ts';
import { migrate } from '../../src/platform/migrations/migrations.ts';
import { book, checkIn, scanned, showAt } from '../checkins/door.ts';
import { startApp } from '../support/app.ts';

test('tickets from before a way back are good again with the records that it kept', async (t) => {
  const before = await startApp(t);
  const [id = 0, entered = 0] = await book(before, await showAt(before, { inMinutes: 10 }), 2);
  const [ticket, used] = [await scanned(before, id), await scanned(before, entered)];
  await checkIn(before, { ticket: used });
  const { databaseUrl } = before;
  await before.stop();

  const folder = await mkdtemp(join(tmpdir(), 'skyfox-way-back-'));
  t.after(() => rm(folder, { recursive: true }));
  const log = { info: () => {}, warn: () => {} };
  const zone = { name: 'UTC', isSet: true };
  await migrate({
    url: databaseUrl,
    log,
    zone,
    direction: 'down',
    to: 27,
    beforeDown: (client, to) => checkWayBack(client, { to, folder, log }),
  });
  await migrate({ url: databaseUrl, log, zone });
  const [file = ''] = await readdir(folder);
  const restore = async () => {
    const client = new pg.Client(databaseUrl);
    await client.connect();
    try {
      return await restoreRecords(client, join(folder, file));
    } finally {
      await client.end();
    }
  };

  const forgetful = await startApp(t, { databaseUrl });
  // A test's token names no account, so one of the second in which the database went back would not count.
  await forgetful.script(`update usertable set keyless_since = '-infinity'`);
  const detailOf = async (app: typeof forgetful, text: string) =>
    ((await checkIn(app, { ticket: text })).data['details'] as Record<string, unknown>[])[0];
  assert.equal((await detailOf(forgetful, ticket))?.['reason'], 'forged', 'without its key and nonce');
  await assert.rejects(restore(), /has made a new key of tickets with the id kept; nothing was restored/);
  await forgetful.script('delete from ticket_key');
  await forgetful.stop();

  assert.equal(await restore(), 4, 'a key, two nonces, a check-in');
  assert.equal(await restore(), 0, 'a second time changes nothing');
  const after = await startApp(t, { databaseUrl });
  assert.equal((await detailOf(after, ticket))?.['outcome'], 'checked_in');
  const again = await detailOf(after, used);
  assert.deepEqual([again?.['outcome'], again?.['by']], ['already_done', 'staff-1']);
});
