// Needs chromium and poppler-utils: printed tickets before Chromium's camera, which shows a film.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { film } from '../support/fake-camera.ts';
import { goToDoor, openShow, paidBooking, pdfOf, verdict } from '../support/web-door.ts';

const app = await startApp(wholeFile);
const show = await openShow(app);
const booking = await paidBooking(app, show, ['A1', 'A2']);
// Out of sight for longer than a code that is still the same one.
const scenes = [{ pdf: await pdfOf(app, booking), seconds: 2 }, { seconds: 4 }];
const browser = await openBrowser([
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${await film(wholeFile, scenes)}`,
]);

test('the code of a printed ticket is let in by the camera, and refused the second time with time and gate', async (t) => {
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  const wasm: string[] = [];
  page.on('request', (request) => request.url().endsWith('.wasm') && wasm.push(request.url()));
  await goToDoor(page, app);
  await page.getByText('Start the camera').waitFor();
  assert.deepEqual(wasm, []);
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await verdict(page, 'In').waitFor();
  assert.equal(await app.count('check_in', `booking_id = ${booking}`), 1);
  assert.match(await verdict(page, 'In').innerText(), /2 seats: A1, A2/);
  await verdict(page, 'Already in').waitFor();
  assert.match(
    await verdict(page, 'Already in').innerText(),
    /Let in at \d+:\d\d [ap]m by staff-1[^]*Scanned at this gate at/,
  );
  assert.equal(wasm.length, 1);
});
