// `npm run draw:api-types`: writes web/api/types.ts from the OpenAPI document of the program as it stands.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../src/app.ts';
import { createLog } from '../src/platform/log.ts';
import { explain, runTool } from '../src/platform/process/tool.ts';
import { readConfig } from '../src/start/config.ts';
import { createDependencies } from '../src/start/dependencies.ts';
import { apiTypes } from './api-types.ts';

explain(`npm run draw:api-types

Writes web/api/types.ts, the types that the web app calls the API with, from the OpenAPI document of the program.`);

await runTool(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'skyfox-types-'));
  try {
    const config = readConfig({ DATA_DIR: dataDir, SEED_PASSWORD: 'Unused@2026', BCRYPT_COST: '4' });
    const needs = await createDependencies(config, createLog({ level: 'error' }), 'alone');
    try {
      const app = await createApp(needs);
      const document = await app.inject('/openapi.json');
      await writeFile('web/api/types.ts', await apiTypes(document.json()));
      await app.close();
    } finally {
      await needs.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
