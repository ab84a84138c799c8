import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Owner } from './database.ts';
import { findCode, readContent } from './pdf.ts';

const run = promisify(execFile);
const DPI = 150;
const [WIDTH, HEIGHT] = [1280, 720];
/** Of a film: Chromium shows it in a circle, thirty pictures a second. */
const PICTURES_A_SECOND = 30;

export type Scene = { pdf?: Buffer; seconds: number };

/** A film of printed tickets that are held before a camera, a little askew; nothing where a scene has no ticket. */
export async function film(t: Owner, scenes: readonly Scene[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-film-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const pictures: Buffer[] = [];
  for (const { pdf, seconds } of scenes) {
    const view = pdf ? await photograph(pdf, folder) : emptyHand();
    const picture = await view.jpeg({ quality: 80 }).toBuffer();
    pictures.push(...Array.from({ length: seconds * PICTURES_A_SECOND }, () => picture));
  }
  const file = join(folder, 'film.mjpeg');
  await writeFile(file, Buffer.concat(pictures));
  return file;
}

/** A photo of the ticket's code, as PNG; of nothing without one. */
export async function photoOf(t: Owner, pdf?: Buffer): Promise<Buffer> {
  if (!pdf) return emptyHand().png().toBuffer();
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-photo-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return (await photograph(pdf, folder)).png().toBuffer();
}

const ground = { width: WIDTH, height: HEIGHT, channels: 3, background: '#574e48' } as const;
const emptyHand = () => sharp({ create: ground });

async function photograph(pdf: Buffer, folder: string) {
  const source = join(folder, 'ticket.pdf');
  await writeFile(source, pdf);
  await run('pdftoppm', ['-r', String(DPI), '-png', '-singlefile', source, join(folder, 'ticket')]);
  const { left, top, right, bottom } = findCode(readContent(pdf));
  const pixels = (points: number) => Math.round((points * DPI) / 72);
  const margin = 15;
  const code = await sharp(join(folder, 'ticket.png'))
    .extract({
      left: pixels(left - margin),
      top: pixels(top - margin),
      width: pixels(right - left + 2 * margin),
      height: pixels(bottom - top + 2 * margin),
    })
    .resize({ height: 480 })
    .rotate(7, { background: ground.background })
    .png()
    .toBuffer();
  return emptyHand().composite([{ input: code }]);
}
