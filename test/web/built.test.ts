import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { openBundle } from '../../src/web/bundle.ts';
import { isWorthCompressing } from '../../src/web/compress.ts';
import { BUILT } from '../../src/web/files.ts';

test('production serves what was built: the same files compressed beforehand, without maps to the sources', async () => {
  execFileSync(process.execPath, ['scripts/build-web.ts'], { stdio: 'pipe' });
  const bundle = await openBundle(true)();
  const { entries } = bundle;
  const { files } = JSON.parse(readFileSync(join(BUILT, 'manifest.json'), 'utf8')) as { files: string[] };
  assert.ok(files.length > 0 && !files.some((name) => name.endsWith('.map')));
  for (const name of files) {
    const plain = await bundle.read(name, 'identity');
    assert.ok(plain);
    if (!isWorthCompressing(name)) continue;
    assert.deepEqual(brotliDecompressSync((await bundle.read(name, 'br')) ?? ''), plain, name);
    assert.deepEqual(gunzipSync((await bundle.read(name, 'gzip')) ?? ''), plain, name);
  }
  for (const { script, preload, style } of Object.values(entries)) {
    for (const name of [script, ...preload, ...(style === undefined ? [] : [style])]) {
      assert.ok(files.includes(name), name);
    }
  }
  assert.ok(entries['customer'] && entries['desk'] && entries['door']);
  // The door's reader of codes, which the script asks for when it is wanted.
  assert.ok(files.some((name) => /^zxing_reader-\w+\.wasm$/.test(name)));
  assert.equal(bundle.read('../../package.json', 'identity'), undefined);
});

test('a file that could not be read once is read at the next request', async () => {
  const find = openBundle(true);
  const isReadAgain = async (name: string, read: () => Promise<unknown> | undefined) => {
    const file = join(BUILT, name);
    await rename(file, `${file}.away`);
    const first = await Promise.allSettled([read()]);
    await rename(`${file}.away`, file);
    assert.deepEqual(
      first.map(({ status }) => status),
      ['rejected'],
    );
    assert.ok(await read());
  };
  await isReadAgain('manifest.json', find);
  const bundle = await find();
  const name = bundle.entries['customer']?.script ?? '';
  await isReadAgain(name, () => bundle.read(name, 'identity'));
});
