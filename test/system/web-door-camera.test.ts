// Needs chromium and poppler-utils: printed tickets before Chromium's camera, which shows a film; and no camera at all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import { film, photoOf } from '../support/fake-camera.ts';
import { goToDoor, openShow, paidBooking, pdfOf, ticketOf, verdict } from '../support/web-door.ts';

const app = await startApp(wholeFile);
const show = await openShow(app);
const booking = await paidBooking(app, show, ['A1', 'A2']);
// Out of sight for longer than a code that is still the same one.
const scenes = [{ pdf: await pdfOf(app, booking), seconds: 2 }, { seconds: 4 }];
const FAKE = '--use-fake-device-for-media-stream';
const browser = await openBrowser([
  FAKE,
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${await film(wholeFile, scenes)}`,
]);
/** Its camera sees no code, and nobody has allowed it in the other. */
const empty = await openBrowser([FAKE, '--use-fake-ui-for-media-stream']);
const asking = await openBrowser([FAKE]);
const blind = await openBrowser();
// A name that stands for no machine of its own: for browsers a page of another machine, by plain HTTP.
const NAME = 'cinema.example';
const plain = await openBrowser([`--host-resolver-rules=MAP ${NAME} 127.0.0.1, MAP * ~NOTFOUND`]);

const start = (page: Page) => page.getByRole('button', { name: 'Start the camera' }).click();
const photo = async (page: Page, buffer: Buffer) =>
  page.getByLabel('Photo of a QR code').setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer });

/** The door in this browser, and which of the reader's files it asks for. */
async function openDoor(t: Parameters<typeof openWeb>[0], of = browser, script = '', mayComplain = /^$/) {
  const page = await openWeb(t, of, app.base, { as: app.staff, mayComplain });
  const wasm: string[] = [];
  page.on('request', (request) => request.url().endsWith('.wasm') && wasm.push(request.url()));
  if (script) await page.addInitScript(script);
  await goToDoor(page, app);
  return { page, wasm };
}

test('the code of a printed ticket is let in by the camera, and refused the second time with time and gate', async (t) => {
  const { page, wasm } = await openDoor(t);
  await page.getByText('Start the camera').waitFor();
  assert.deepEqual(wasm, []);
  await start(page);
  await verdict(page, 'In').waitFor();
  assert.equal(await app.count('check_in', `booking_id = ${booking}`), 1);
  assert.match(await verdict(page, 'In').innerText(), /2 seats: A1, A2/);
  await verdict(page, 'Already in').waitFor();
  assert.match(
    await verdict(page, 'Already in').innerText(),
    /Let in at \d+:\d\d\s[ap]m by staff-1[^]*Scanned at this gate at/,
  );
  assert.equal(wasm.length, 1);
});

test('where the browser reads codes itself, nothing is loaded; where it only promises to, the reader is', async (t) => {
  const second = await paidBooking(app, show, ['B1']);
  const detector = (detect: string) => `
    window.BarcodeDetector = class {
      static async getSupportedFormats() { return ['qr_code']; }
      async detect() { ${detect} }
    };`;
  const text = JSON.stringify(await ticketOf(app, second));
  const able = await openDoor(t, browser, detector(`return [{ rawValue: ${text} }];`));
  await start(able.page);
  await verdict(able.page, 'In').waitFor();
  assert.deepEqual(able.wasm, []);
  const unable = await openDoor(t, browser, detector(`throw new DOMException('x', 'NotSupportedError');`));
  await start(unable.page);
  await verdict(unable.page, 'Already in').waitFor();
  assert.equal(unable.wasm.length, 1);
});

test('a camera is stopped when it is not wanted, its light is switched, and one that is taken away is told', async (t) => {
  const { page } = await openDoor(
    t,
    empty,
    `
    window.lit = [];
    MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
    MediaStreamTrack.prototype.applyConstraints = async ({ advanced }) => void lit.push(advanced[0].torch);`,
  );
  const isLive = () => page.evaluate(`window.track.readyState`);
  await start(page);
  await page.getByRole('button', { name: 'Light on' }).click();
  await page.getByRole('button', { name: 'Light off' }).click();
  assert.deepEqual(await page.evaluate('lit'), [true, false]);
  await page.evaluate(`window.track = document.querySelector('video').srcObject.getVideoTracks()[0]`);
  await page.getByRole('button', { name: 'Stop' }).click();
  assert.equal(await isLive(), 'ended');
  await start(page);
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await page.evaluate(
    `document.querySelector('video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))`,
  );
  await page.getByText('Another page or program has the camera').waitFor();
});

for (const [what, of, script, says] of [
  ['forbidden by its user', asking, '', 'The camera is not allowed for this page'],
  ['missing', blind, '', 'This device has no camera that can be found'],
  [
    'used elsewhere',
    browser,
    `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('x', 'NotReadableError'));`,
    'Another page or program has the camera',
  ],
] as const) {
  test(`a camera that is ${what} is told, and a photo of the ticket does instead`, async (t) => {
    const id = await paidBooking(app, show, [`C${says.length % 10}`, `D${says.length % 10}`]);
    const { page } = await openDoor(t, of, script);
    await start(page);
    await page.getByText(says).waitFor();
    await photo(page, await photoOf(wholeFile, await pdfOf(app, id)));
    await verdict(page, 'In').waitFor();
    assert.equal(await app.count('check_in', `booking_id = ${id}`), 1);
  });
}

test('a photo without a code, and a file that is no picture, are told; the next photo is read', async (t) => {
  const { page } = await openDoor(t, blind);
  await start(page);
  for (const file of [await photoOf(wholeFile), Buffer.from('no picture')]) {
    await photo(page, file);
    await page.getByText('There is no code to read in this photo').waitFor();
  }
  await photo(page, await photoOf(wholeFile, await pdfOf(app, booking)));
  await verdict(page, 'Already in').waitFor();
});

test('a reader of codes that cannot be loaded is told, and starts when the network is back', async (t) => {
  const { page } = await openDoor(t, browser, '', /wasm|falling back/);
  await page.route('**/*.wasm', (route) => route.abort());
  await start(page);
  await page.getByText('The reader of codes could not be loaded').waitFor();
  await page.unroute('**/*.wasm');
  await start(page);
  await verdict(page, 'Already in').waitFor();
});

test('on a page that came over plain HTTP, photo, scanner and number are left, and it says why', async (t) => {
  const id = await paidBooking(app, show, ['E1']);
  const page = await openWeb(t, plain, app.base, {
    as: app.staff,
    mayComplain: /^asked http:\/\/cinema\.example|Cross-Origin-Opener-Policy/,
  });
  await page.goto(`${app.base.replace('127.0.0.1', NAME)}/app/door/`);
  assert.equal(await page.evaluate('isSecureContext'), false);
  await page.getByText('This page came over plain HTTP').waitFor();
  await photo(page, await photoOf(wholeFile, await pdfOf(app, id)));
  await verdict(page, 'In').waitFor();
});
