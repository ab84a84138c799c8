// Holds the embedded database in the folder given, with more settings as JSON, as the program does: `ready URL PID` when it is there,
// SIGINT or SIGTERM end it after a last statement, a line `throw` on its input ends it by an error.
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/platform/embedded/embedded-database.ts';

const ask = async (url: string, statement: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ answer: string }>(statement);
  await client.end();
  return rows[0]?.answer;
};

try {
  const database = await startEmbeddedDatabase({
    dataDir: process.argv[2] ?? '',
    log: { info: () => {}, warn: console.error },
    settings: JSON.parse(process.argv[3] ?? '{}') as Record<string, string>,
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      void (async () => {
        console.log(await ask(database.url, `select 'last words' as answer`));
        await database.stop();
        process.exit(7);
      })();
    });
  }
  process.stdin.once('data', () => {
    throw new Error('nobody catches this');
  });
  console.log(`ready ${database.url}`);
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
