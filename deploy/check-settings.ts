// Reports faulty settings before supervisor starts the program, because supervisor would restart it
// endlessly.
import { environment, readConfig } from '../src/start/config.ts';
import { StartFault } from '../src/platform/errors.ts';
import { runTool } from '../src/platform/process/tool.ts';

await runTool(async () => {
  const { database } = readConfig(environment());
  if (database.url === undefined) {
    throw new StartFault(
      'DATABASE_URL is required: the image has no database of its own; ' +
        'for example DATABASE_URL=postgresql://skyfox:secret@db.example:5432/skyfox',
    );
  }
});
