import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { ASSETS, SOURCES, type Entries } from './files.ts';

export type Built = {
  entries: Entries;
  contents: ReadonlyMap<string, Uint8Array>;
  /** The source files, as paths. */
  sources: string[];
};

/** Bundles the app's sources with esbuild, whose process ends afterwards. */
export async function build({ sourceMaps }: { sourceMaps: boolean }): Promise<Built> {
  const names = (await readdir(SOURCES)).filter((file) => /^[a-z]+\.tsx$/.test(file));
  // Loaded here, because a program whose app nobody opens, and the image, do not need it.
  const esbuild = await import('esbuild');
  try {
    // Each entry by itself: what two of them share would become files of their own, and each is a request more.
    const sourcemap = sourceMaps && ('linked' as const);
    const built = await Promise.all(
      names.map((name) => esbuild.build({ ...OPTIONS, loader: LOADERS, sourcemap, entryPoints: [name] })),
    );
    const files = built.flatMap(({ outputFiles }) => outputFiles);
    const inputs = new Set(built.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
    return {
      entries: Object.assign({}, ...built.map(({ metafile }) => entriesIn(metafile))) as Entries,
      contents: new Map(files.map(({ path, contents }) => [basename(path), contents])),
      sources: [...inputs].map((path) => join(SOURCES, path)),
    };
  } finally {
    await esbuild.stop();
  }
}

const OPTIONS = {
  absWorkingDir: SOURCES,
  bundle: true,
  write: false,
  outdir: 'dist',
  format: 'esm',
  // What is imported later becomes a file of its own.
  splitting: true,
  minify: true,
  // Style sheets are left as they are written: lower versions would have no light-dark().
  target: 'es2023',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  publicPath: ASSETS,
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  assetNames: '[name]-[hash]',
  metafile: true,
  logLevel: 'silent',
} as const;
const LOADERS = { '.woff2': 'file', '.svg': 'file', '.png': 'file', '.wasm': 'file' } as const;

/** The files that each page loads first. */
function entriesIn({ outputs }: Metafile): Entries {
  const entries: Entries = {};
  for (const [path, { entryPoint, cssBundle }] of Object.entries(outputs)) {
    if (entryPoint?.endsWith('.tsx') && !entryPoint.includes('/')) {
      entries[basename(entryPoint, '.tsx')] = {
        script: basename(path),
        preload: importedBy(path, outputs).map((part) => basename(part)),
        style: cssBundle === undefined ? undefined : basename(cssBundle),
      };
    }
  }
  return entries;
}

/** The scripts that one imports as it starts, and those that they import. */
function importedBy(path: string, outputs: Metafile['outputs'], found = new Set<string>()): string[] {
  for (const { path: part, kind } of outputs[path]?.imports ?? []) {
    if (kind !== 'import-statement' || found.has(part)) continue;
    found.add(part);
    importedBy(part, outputs, found);
  }
  return [...found];
}

/** When the newest of these files was written; a file that is gone counts as written now. */
export async function newestOf(files: readonly string[]): Promise<number> {
  const times = files.map((file) =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    ),
  );
  return Math.max(...(await Promise.all(times)));
}
