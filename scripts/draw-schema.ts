// `npm run draw:schema`: writes docs/schema.md from a new database that all migrations have run on.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '../src/platform/database/db.ts';
import { migrate } from '../src/platform/migrations/migrations.ts';
import { startEmbeddedDatabase } from '../src/platform/embedded/embedded-database.ts';
import { explain, runTool } from '../src/platform/process/tool.ts';
import { schemaPage } from './schema-page.ts';

explain(`npm run draw:schema

Writes docs/schema.md from a new database that all migrations have run on.`);

const quiet = { info: () => undefined, warn: console.warn };

await runTool(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-schema-'));
  const { url, stop } = await startEmbeddedDatabase({ dataDir, log: quiet });
  try {
    await migrate({ url, log: quiet });
    const pool = createPool({ url, max: 1 });
    try {
      await writeFile('docs/schema.md', await schemaPage(pool));
    } finally {
      await pool.end();
    }
  } finally {
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
