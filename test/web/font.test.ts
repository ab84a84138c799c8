import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { wholeFile } from '../support/database.ts';

const app = await startApp(wholeFile);

/** As a browser asks, without undoing what the server has done to the bytes. */
async function ask(path: string) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(app.base + path, { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } }, resolve).on(
      'error',
      reject,
    );
  });
  return { headers: answer.headers, bytes: await buffer(answer) };
}

test('the font is sent uncompressed, also to clients that accept compression', async () => {
  const page = await app.get('/app/');
  const [style = ''] = /\/app\/assets\/[\w-]+\.css/.exec(page.text) ?? [];
  const [font = ''] = /\/app\/assets\/[\w-]+\.woff2/.exec((await app.get(style)).text) ?? [];
  const { headers, bytes } = await ask(font);
  assert.equal(headers['content-encoding'], undefined);
  assert.deepEqual(bytes, await readFile(new URL('../../web/style/poppins-600.woff2', import.meta.url)));
});
