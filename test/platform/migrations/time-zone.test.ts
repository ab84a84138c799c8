import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import pg from 'pg';
import { refuseStrangeZone } from '../../../src/platform/migrations/time-zone.ts';
import { SETTINGS } from '../../support/app.ts';
import { createDatabase, wholeFile } from '../../support/database.ts';
import { databaseSettings } from '../../support/server.ts';

const { url } = await createDatabase(wholeFile);
const client = new pg.Client({ connectionString: url });
await client.connect();
wholeFile.after(() => client.end());

const judge = (name: string, isSet = true) =>
  refuseStrangeZone(client, { name, isSet }).then(
    () => 'alike',
    (error: Error) => error.message,
  );
/** What a zone is on two days, to the database. */
const readBack = async (zone: string) => {
  const { rows } = await client.query<{ winter: Date; summer: Date }>(
    `select timestamp '2027-01-15 12:00' at time zone $1 as winter, timestamp '2027-07-15 12:00' at time zone $1 as summer`,
    [zone],
  );
  return [rows[0]?.winter.toISOString(), rows[0]?.summer.toISOString()].map((time) => time?.slice(11, 16));
};

test('an abbreviation that the database reads otherwise stops the start, which names a zone that both read alike', async () => {
  for (const [zone, better, winter, summer] of [
    ['IST', 'Asia/Kolkata', '06:30', '06:30'],
    ['ist', 'Asia/Kolkata', '06:30', '06:30'],
    ['PST', 'America/Los_Angeles', '20:00', '19:00'],
    ['CST', 'America/Chicago', '18:00', '17:00'],
    ['CET', 'Europe/Paris', '11:00', '10:00'],
    ['MET', 'Europe/Paris', '11:00', '10:00'],
    ['EET', 'Europe/Athens', '10:00', '09:00'],
    ['WET', 'Europe/Lisbon', '12:00', '11:00'],
    ['BST', 'Europe/London', '12:00', '11:00'],
  ] as const) {
    const said = await judge(zone);
    assert.match(
      said,
      new RegExp(`^CINEMA_TIME_ZONE=${zone} means UTC\\S+ to the database and UTC\\S+ to this program on 2`),
    );
    assert.match(said, new RegExp(`: set CINEMA_TIME_ZONE=${better}(,|$)`));
    assert.equal(await judge(better), 'alike');
    assert.deepEqual(await readBack(better), [winter, summer], better);
  }
});

test('a zone that the database does not know stops the start in the same way', async () => {
  assert.equal(
    await judge('CAT'),
    'CINEMA_TIME_ZONE=CAT is not known to the database: set CINEMA_TIME_ZONE=Africa/Maputo',
  );
  assert.match(
    await judge('US/Pacific-New'),
    /not known to the database: set CINEMA_TIME_ZONE=America\/Los_Angeles$/,
  );
  assert.match(
    await judge('PLT', false),
    /^CINEMA_TIME_ZONE is not set, and this machine's zone PLT is not known .*Karachi$/,
  );
});

test('names that both read alike pass, however they are written and whether they know summer or not', async () => {
  for (const zone of [
    'UTC',
    'GMT',
    'EST',
    'EST5EDT',
    'Etc/GMT+5',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'asia/kolkata',
    'Asia/Kathmandu',
    'America/New_York',
    'America/St_Johns',
    'America/Santiago',
    'Europe/Dublin',
    'Australia/Lord_Howe',
    'Pacific/Auckland',
  ]) {
    assert.equal(await judge(zone), 'alike', zone);
  }
});

test('a zone whose rules only one of the two knows is told with the first day that differs, and one like it', async () => {
  // As a server does whose data are from before Paris had summers: it reads the zone as Lagos.
  const older = {
    query: (text: string, [zone, ...more]: unknown[]) =>
      client.query(text, [zone === 'Europe/Paris' ? 'Africa/Lagos' : zone, ...more]),
  } as pg.Client;
  await assert.rejects(
    refuseStrangeZone(older, { name: 'Europe/Paris', isSet: true }),
    /^StartFault: CINEMA_TIME_ZONE=Europe\/Paris means UTC\+01:00 to the database and UTC\+02:00 to this program on 2\d{3}-\d\d-\d\d: set CINEMA_TIME_ZONE=\w+\/\w+$/,
  );
});

for (const [zone, says] of [
  [{ CINEMA_TIME_ZONE: 'IST' }, /^CINEMA_TIME_ZONE=IST means .*: set CINEMA_TIME_ZONE=Asia\/Kolkata/],
  [
    { CINEMA_TIME_ZONE: '', TZ: 'Nowhere/Land' },
    /^CINEMA_TIME_ZONE is not set, and this machine names no zone of its own/,
  ],
] as const) {
  test(`the program and migrate end with one line: ${JSON.stringify(zone)}`, async () => {
    for (const script of [['src/main.ts'], ['scripts/migrate.ts', 'up']]) {
      const child = spawn(process.execPath, script, {
        env: { PATH: process.env['PATH'], ...SETTINGS, ...databaseSettings(url), PORT: '0', ...zone },
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: 30_000,
      });
      const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      assert.equal(status, 1);
      assert.equal(said.trim().split('\n').length, 1, said);
      assert.match(said, says);
    }
  });
}
