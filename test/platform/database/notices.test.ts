import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { createPool, sql, type Pool } from '../../../src/platform/database/db.ts';
import { createNotices } from '../../../src/platform/database/notices.ts';
import { readNotice, writeNotice } from '../../../src/platform/database/read-notice.ts';
import { createLog } from '../../../src/platform/log.ts';
import { isSeatChange, type SeatChange } from '../../../src/shows/shows.ts';
import { startApp } from '../../support/app.ts';
import { authority } from '../../support/certificates.ts';
import { createDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { collectFaults } from '../../support/faults.ts';

/** None of these is a notice of ours; PostgreSQL takes no NUL and less than 8,000 bytes. */
const STRANGE = [
  '',
  ' ',
  'hello',
  '{',
  '[',
  'null',
  'true',
  '0',
  '1e999',
  '"a"',
  '{}',
  '[]',
  '[1]',
  '[null]',
  '[[]]',
  '{"0":"a","1":{"showId":1,"date":"2030-01-01"},"length":2}',
  '["a",null]',
  '["a",1]',
  '["a","b"]',
  '["a",[]]',
  '["a",{}]',
  '["a",{"showId":1}]',
  '["a",{"showId":"1","date":"2030-01-01"}]',
  '["a",{"showId":1.5,"date":"2030-01-01"}]',
  '["a",{"showId":1e400,"date":"2030-01-01"}]',
  '["a",{"showId":9007199254740993,"date":"2030-01-01"}]',
  '["a",{"showId":1,"date":null}]',
  '["a",{"showId":1,"date":{"toString":"x"}}]',
  '["a",{"__proto__":{"showId":1,"date":"2030-01-01"}}]',
  '["a",{"constructor":{"prototype":{"showId":1}}}]',
  '["a",{"showId":1,"date":"2030-01-01"},null]',
  '\u0001\u0002\u007f\u0080\ufffd',
  '\u{1f3ac}'.repeat(1_900),
  '['.repeat(7_900),
  `["a",${'{"showId":'.repeat(700)}1`,
  `["a","${'x'.repeat(7_900)}"]`,
  '9'.repeat(7_900),
];
const CHANNEL = 'skyfox_seats';
const notify = (pool: Pool, payload: string) => pool.run(sql`select pg_notify(${CHANNEL}, ${payload})`);

test('notices that are not ours, or cannot be read, are ignored and counted, and the app goes on', async (t) => {
  const app = await startApp(t);
  const ignored = async () => {
    const { text } = await app.get('/metrics');
    return Number(/^skyfox_notices_ignored_total (\d+)/m.exec(text)?.[1]);
  };
  assert.equal(await ignored(), 0, 'counted from the start');
  await eventually('it listens', async () => {
    await notify(app.pool, 'hello');
    return (await ignored()) > 0;
  });
  const before = await ignored();

  for (const payload of STRANGE) await notify(app.pool, payload);
  await eventually('all are counted', async () => (await ignored()) >= before + STRANGE.length);
  assert.equal(await ignored(), before + STRANGE.length);
  assert.match((await app.get('/metrics')).text, /^skyfox_event_faults_total\{source="notice"\} 0$/m);
  assert.equal((await app.hold(await app.customer(), await app.show(), ['A1'])).status, 201);
});

type Listening = { onHeard?: (changes: readonly SeatChange[]) => void; parameters?: string };

async function listen(t: TestContext, { onHeard = () => {}, parameters = '' }: Listening) {
  const { url } = await createDatabase(t);
  const pool = createPool({ url, max: 2 });
  t.after(() => pool.end());
  const { faults, sources } = collectFaults();
  const lines: string[] = [];
  const log = createLog({ level: 'debug', out: { write: (line) => lines.push(line) } });
  const listening = Promise.withResolvers<void>();
  let ignored = 0;
  const notices = createNotices<SeatChange>({
    on: pool,
    listenUrl: url + parameters,
    channel: CHANNEL,
    log,
    faults,
    isItem: isSeatChange,
    onHeard,
    onIgnored: () => (ignored += 1),
    onGap: listening.resolve,
  });
  t.after(() => notices.close());
  await listening.promise;
  return { url, pool, notices, sources, lines, ignored: () => ignored };
}
const change = { showId: 7, date: '2030-01-01' };

test('a notice that cannot be taken in ends nobody: the next is heard', async (t) => {
  const heard: SeatChange[] = [];
  const onHeard = (changes: readonly SeatChange[]) => {
    if (changes.length > 1) throw new Error('too many for me');
    heard.push(...changes);
  };
  const { pool, sources } = await listen(t, { onHeard });
  await notify(pool, writeNotice({ from: 'another machine', items: [change, change] }));
  await notify(pool, writeNotice({ from: 'another machine', items: [change] }));
  await eventually('the second is heard', () => heard.length > 0);
  assert.deepEqual([heard, sources], [[change], ['notice']]);
});

test('what this process tells itself is not heard, and nobody takes it for strange', async (t) => {
  const heard: SeatChange[] = [];
  const onHeard = (changes: readonly SeatChange[]) => void heard.push(...changes);
  const { url, pool, notices, ignored } = await listen(t, { onHeard });
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  t.after(() => other.end());
  const told = new Promise((resolve) => other.on('notification', resolve));
  await other.query(`listen ${CHANNEL}`);
  notices.tell({ ...change, showId: 8 });
  await told;
  await notify(pool, writeNotice({ from: 'another machine', items: [change] }));
  await eventually('another’s is heard', () => heard.length > 0);
  assert.deepEqual([heard, ignored()], [[change], 0]);
});

test('a certificate that is away for a moment does not end the notices', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-notices-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'authority.pem');
  await writeFile(file, authority);
  const parameters = `?sslmode=prefer&sslrootcert=${encodeURIComponent(file)}`;
  const { pool, notices, lines, sources } = await listen(t, { parameters });
  await eventually('all is heard', () => notices.areHeard());
  await rename(file, `${file}.old`);
  await pool.run(sql`
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where datname = current_database() and application_name = 'skyfox notices'`);
  await eventually('it was opened again in vain', () => lines.length + sources.length > 1);
  await rename(`${file}.old`, file);
  await eventually('all is heard again', () => notices.areHeard());
  assert.deepEqual(sources, []);
});

test('whatever text a notice is, it is read or it is not, and nothing is thrown', () => {
  const strangeJson = fc.json().map((json) => `["a",${json}]`);
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), strangeJson), (payload) => {
      const notice = readNotice(payload, isSeatChange);
      assert.ok(notice === undefined || notice.items.every(({ showId }) => Number.isSafeInteger(showId)));
    }),
    { numRuns: 2_000 },
  );
  for (const payload of [...STRANGE, undefined]) assert.equal(readNotice(payload, isSeatChange), undefined);
  const items = [change, { showId: 1, date: '2030-12-31' }];
  assert.deepEqual(readNotice(writeNotice({ from: 'x', items }), isSeatChange), { from: 'x', items });
});
