import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFault } from '../platform/errors.ts';
import { lazy } from '../platform/process/lazy.ts';
import { compressedAs, ENDINGS, isWorthCompressing, type Encoding } from './compress.ts';
import { BUILT, SOURCES, type Entries } from './files.ts';

export type Bundle = {
  entries: Entries;
  /** Each name carries a hash of the file's content. None where there is no such file. */
  read(name: string, encoding: Encoding): Promise<Buffer> | undefined;
};
/** The files as they are now. */
export type FindBundle = () => Promise<Bundle>;

/**
 * Built files in production and where there are no sources; else a build from the sources at the first
 * request.
 */
export function openBundle(production: boolean): FindBundle {
  if (!production && existsSync(join(SOURCES, 'customer.tsx'))) return buildWhenAsked();
  if (!existsSync(join(BUILT, 'manifest.json'))) {
    throw new StartFault('WEB_APP=on, but the web app is not built: run npm run build:web');
  }
  return lazy(() => readBuilt(BUILT));
}

/** Builds at the first request, and again after a source has changed. */
function buildWhenAsked(): FindBundle {
  let known: { bundle: Bundle; sources: string[]; newest: number } | undefined;
  let underWay: Promise<Bundle> | undefined;
  const refresh = async () => {
    const { build, newestOf } = await import('./build.ts');
    if (known && known.newest === (await newestOf(known.sources))) return known.bundle;
    const { entries, contents, sources } = await build({ sourceMaps: true });
    const read = (name: string, encoding: Encoding) => {
      const bytes = contents.get(name);
      return bytes && compressedAs(encoding, bytes, { isQuick: true });
    };
    known = { bundle: rememberFiles({ entries, read }), sources, newest: await newestOf(sources) };
    return known.bundle;
  };
  return () => (underWay ??= refresh().finally(() => (underWay = undefined)));
}

type Manifest = { entries: Entries; files: string[] };

/** The files that `npm run build:web` has written. */
async function readBuilt(folder: string): Promise<Bundle> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8');
  const { entries, files } = JSON.parse(text) as Manifest;
  const names = new Set(files);
  return rememberFiles({
    entries,
    read: (name, encoding) =>
      names.has(name)
        ? readFile(join(folder, name + (isWorthCompressing(name) ? ENDINGS[encoding] : '')))
        : undefined,
  });
}

/** Keeps the requested files in memory: they are few and no larger than a picture. */
function rememberFiles(bundle: Bundle): Bundle {
  const kept = new Map<string, Promise<Buffer>>();
  return {
    entries: bundle.entries,
    read(name, encoding) {
      const key = `${encoding} ${name}`;
      const known = kept.get(key);
      if (known) return known;
      const found = bundle.read(name, encoding);
      if (found) kept.set(key, found);
      // What cannot be read now (no file descriptor is free) may be at the next request.
      found?.catch(() => kept.delete(key));
      return found;
    },
  };
}
