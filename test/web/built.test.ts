import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
