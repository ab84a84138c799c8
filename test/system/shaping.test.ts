// Needs chromium and poppler-utils: text of every script beside what a browser makes of it with the same fonts.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import PDFDocument from 'pdfkit';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { takeApart } from '../../src/platform/typesetting/letters.ts';
import { typeset } from '../../src/platform/typesetting/typeset.ts';
import { SAMPLES } from '../platform/typesetting/samples.ts';

const run = promisify(execFile);
const SIZE = 90;
const PAGE = { width: 4_000, height: 250 };
const folder = await mkdtemp(join(tmpdir(), 'skyfox-shaping-'));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
after(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** A line as it is on our pages, a pixel for a point. */
async function onPaper(text: string): Promise<Buffer> {
  const doc = new PDFDocument({ size: [PAGE.width, PAGE.height], margin: 0, font: '' });
  const bytes = buffer(doc);
  doc.fillColor('black');
  typeset(doc, text, { x: 50, y: 50, width: PAGE.width - 100, height: 190, sizes: [SIZE], weight: 'bold' });
  doc.end();
  const file = join(folder, 'line.pdf');
  await writeFile(file, await bytes);
  await run('pdftoppm', ['-r', '72', '-png', '-singlefile', file, join(folder, 'line')]);
  return ink(join(folder, 'line.png'));
}

async function inBrowser(text: string): Promise<Buffer> {
  const [{ font } = { font: undefined }] = takeApart(text, 'bold').letters;
  const html = `<meta charset="utf-8"><style>
    @font-face { font-family: ours; src: url('${pathToFileURL(font?.file ?? '').href}') }
    body { margin: 50px; background: white; color: black; font: ${SIZE}px/1.4 ours; white-space: nowrap }
    </style><p dir="auto" style="text-align: left">${text}`;
  const file = join(folder, 'line.html');
  await writeFile(file, html);
  const page = await browser.newPage({ viewport: PAGE });
  await page.goto(pathToFileURL(file).href);
  await page.evaluate('document.fonts.ready');
  const picture = await page.screenshot();
  await page.close();
  return ink(picture);
}

/** What is not white, in greys that blur how each of the two smooths an edge. */
const ink = (picture: string | Buffer) =>
  sharp(picture).flatten().greyscale().trim({ threshold: 100 }).png().toBuffer();
const greys = (picture: Buffer, { width, height }: { width: number; height: number }) =>
  sharp(picture).resize(width, height, { fit: 'fill' }).blur(2).raw().toBuffer();

/** How much of the ink of two pictures of one line is not where the other has it; 0 is none of it. */
async function differenceOf(ours: Buffer, theirs: Buffer): Promise<number> {
  const size = await sharp(theirs).metadata();
  const [a, b] = await Promise.all([greys(ours, size), greys(theirs, size)]);
  let differs = 0;
  let inked = 0;
  for (const [place, grey] of a.entries()) {
    differs += Math.abs(grey - (b[place] ?? 0));
    inked += 255 - (b[place] ?? 0);
  }
  return differs / inked;
}

test('each script looks as in a browser: as wide, as high, and its ink in the same places', async () => {
  for (const [script, text] of Object.entries(SAMPLES)) {
    const [ours, theirs] = [await onPaper(text), await inBrowser(text)];
    const [a, b] = await Promise.all([sharp(ours).metadata(), sharp(theirs).metadata()]);
    const says = `${script}: ${a.width} x ${a.height}, ${b.width} x ${b.height}`;
    assert.ok(Math.abs(a.width - b.width) <= 2 && Math.abs(a.height - b.height) <= 2, says);
    const difference = await differenceOf(ours, theirs);
    assert.ok(difference < 0.14, `${says}, ${difference}`);
  }
});
