import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { haveBase, npmSettings } from './base-image.ts';
import type { Engine } from './engine.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REPOSITORY = 'localhost/skyfox-backend';
const DAY_MS = 86_400_000;
/** Given to each build as a secret beside what npm is told here; it must not be found in an image. */
export const PLANTED = 'npm-token-that-no-image-may-keep';

export type Image = { name: string; bytes: number };

/** The image, built from the Dockerfile unless it was built from the very same files before. */
export async function haveImage(engine: Engine): Promise<Image> {
  const name = `${REPOSITORY}:${digestOfFiles()}`;
  if ((await find(engine, name)) === undefined) await build(engine, name);
  const found = await find(engine, name);
  if (found === undefined) throw new Error(`${name} was built and is not there`);
  return { name, bytes: found.bytes };
}

async function build(engine: Engine, name: string): Promise<void> {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const bases = new Set([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, from = '']) => from));
  for (const from of bases) await haveBase(engine, from);
  const npmrc = join(engine.folder, `npmrc-${randomUUID()}`);
  const planted = `\n//registry.invalid/:_authToken=${PLANTED}\n`;
  await writeFile(npmrc, (await npmSettings()) + planted, { mode: 0o600 });
  try {
    // A layer for each step, as Docker makes them; those of steps that are the same are taken from before.
    const flags = ['--isolation', 'chroot', '--pull-never', '--format', 'docker', '--layers'];
    await engine.buildah('bud', ...flags, '--secret', `id=npmrc,src=${npmrc}`, '--tag', name, ROOT);
  } finally {
    await rm(npmrc);
  }
  await forgetOld(engine);
}

/** All that the image is made of. */
function digestOfFiles(): string {
  const digest = createHash('sha256');
  const folders = ['supabase', 'scripts', 'deploy', 'src', 'web'];
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const beside = ['Dockerfile', '.dockerignore', 'package.json', 'package-lock.json', 'tsconfig.json'].map(
    (file) => join(ROOT, file),
  );
  for (const file of [...beside, ...inFolders.toSorted()]) {
    digest
      .update(`${file.slice(ROOT.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return digest.digest('hex').slice(0, 16);
}

type Kept = { names?: string[]; createdatraw: string; size: string; id: string };

async function find(engine: Engine, name: string) {
  const kept = JSON.parse(await engine.buildah('images', '--json')) as Kept[];
  const found = kept.find(({ names }) => names?.includes(name));
  return found && { bytes: bytesOf(found.size) };
}

/** `412 MB`, as buildah says it. */
function bytesOf(size: string): number {
  const [amount, unit = ''] = size.split(' ');
  return Number(amount) * ({ B: 1, KB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? Number.NaN);
}

/** A day later nobody tests with them, and Debian's packages have moved on. */
async function forgetOld(engine: Engine): Promise<void> {
  const kept = JSON.parse(await engine.buildah('images', '--all', '--json')) as Kept[];
  const old = kept.filter(({ createdatraw }) => Date.now() - Date.parse(createdatraw) > DAY_MS);
  // What younger ones are made of stays.
  for (const { id } of old) await engine.buildah('rmi', id).catch(() => undefined);
}
