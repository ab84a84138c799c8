// `npm run build:web`: the web app's files for production, compressed beforehand.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explain, runTool } from '../src/platform/process/tool.ts';
import { build } from '../src/web/build.ts';
import { compressedAs, ENDINGS, isWorthCompressing } from '../src/web/compress.ts';
import { BUILT } from '../src/web/files.ts';

explain(`npm run build:web

Builds the web app of web/ into web/dist/, where the program finds it in production.`);

await runTool(async () => {
  const { entries, contents } = await build({ sourceMaps: false });
  await rm(BUILT, { recursive: true, force: true });
  await mkdir(BUILT, { recursive: true });
  for (const [name, bytes] of contents) {
    const encodings = isWorthCompressing(name)
      ? (['identity', 'gzip', 'br'] as const)
      : (['identity'] as const);
    for (const encoding of encodings) {
      await writeFile(join(BUILT, name + ENDINGS[encoding]), await compressedAs(encoding, bytes));
    }
  }
  await writeFile(join(BUILT, 'manifest.json'), JSON.stringify({ entries, files: [...contents.keys()] }));
  console.log(`${contents.size} files in ${BUILT}`);
});
