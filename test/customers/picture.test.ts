import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { pictureKey, readPicture } from '../../src/customers/picture.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const refusal = (code: string, message?: string) => ({ status: 400, code, ...(message && { message }) });
const notBase64 = refusal('INVALID_IMAGE', 'Invalid base64 image data');

test('base64 is read with line ends and without, its hash in either case', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (array) => {
      const bytes = Buffer.from(array);
      const wrapped = bytes.toString('base64').replaceAll(/.{1,76}/g, '$&\r\n');
      assert.deepEqual(readPicture(wrapped, sha256(bytes)), bytes);
      assert.deepEqual(readPicture(bytes.toString('base64'), sha256(bytes).toUpperCase()), bytes);
      assert.deepEqual(readPicture(bytes, sha256(bytes)), bytes, 'a file needs no decoding');
    }),
  );
});

test('base64 is read as browsers and phones write it: in a data URL, of the URL-safe alphabet, without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (array) => {
      const bytes = Buffer.from(array);
      const padded = bytes.toString('base64');
      const urlSafe = padded.replaceAll('+', '-').replaceAll('/', '_');
      for (const text of [padded, padded.replace(/=+$/, ''), urlSafe, bytes.toString('base64url')]) {
        assert.deepEqual(readPicture(text, sha256(bytes)), bytes);
        for (const head of [
          'data:image/png;base64,',
          'DATA:image/svg+xml;charset=utf-8;BASE64,',
          'data:;base64,',
        ])
          assert.deepEqual(readPicture(head + text, sha256(bytes)), bytes);
      }
    }),
  );
});

test('what is not quite base64 is refused before anything else is looked at', () => {
  const faulty = [
    '***',
    'YQ=',
    'YQ===',
    'Y',
    '=',
    '====',
    'Y=Q=',
    'YQ==YQ==',
    'YW Jj',
    ' YWJj',
    'YWJj\t',
    'YWJjY',
    'data:image/png,YWJj',
    'data:image/png;base64',
    'data:image/png;base64,data:image/png;base64,YWJj',
    'data:image/png;base64,YWJjY',
    'xdata:image/png;base64,YWJj',
    '',
    '\r\n',
    'data:image/png;base64,',
  ];
  for (const text of [...faulty, 'YWJj\0', 'ÿÿÿÿ']) {
    assert.throws(() => readPicture(text, 'whatever'), notBase64, text);
  }
});

test('the hash is checked before the size', () => {
  const large = Buffer.alloc(5 * 1024 * 1024 + 1);
  const wrong = refusal('INVALID_IMAGE_HASH', 'The image hash does not match');
  for (const hash of ['0'.repeat(64), '', sha256(large).slice(1), ` ${sha256(large)}`]) {
    assert.throws(() => readPicture(large.toString('base64'), hash), wrong);
  }
  assert.throws(() => readPicture(large.toString('base64'), sha256(large)), refusal('FILE_TOO_LARGE'));
  const largest = large.subarray(1);
  assert.equal(readPicture(largest.toString('base64'), sha256(largest)).length, 5 * 1024 * 1024);
});

test('a key names its owner, is new each time and leaves room for the rest of the URL', () => {
  assert.match(pictureKey('maya.k'), /^profile-images\/maya\.k_\d{21}\.jpg$/);
  assert.match(pictureKey('ma/ya@home'), /^profile-images\/ma%2Fya%40home_\d{21}\.jpg$/);
  const foxes = pictureKey('🦊'.repeat(30));
  assert.match(foxes, /^profile-images\/(%F0%9F%A6%8A){4}_\d{21}\.jpg$/, 'no letter is cut in half');
  assert.ok(foxes.length <= 100);
  assert.equal(new Set(Array.from({ length: 1_000 }, () => pictureKey('maya'))).size, 1_000);
});
