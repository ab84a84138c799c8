import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { takeApart } from '../../../src/platform/typesetting/letters.ts';
import { EVERY_SCRIPT } from './samples.ts';

const drawn = (text: string) => takeApart(text, 'bold').letters.map((letter) => letter.text);
const fontsOf = (text: string) => [
  ...new Set(takeApart(text, 'bold').letters.map(({ font }) => /([A-Za-z]+)_[^/]*$/.exec(font.file)?.[1])),
];

test('text of every script is drawn as it is', () => {
  for (const text of EVERY_SCRIPT) {
    const { isReplaced } = takeApart(text, 'semiBold');
    assert.deepEqual([drawn(text).join(''), isReplaced], [text.normalize('NFC'), false]);
  }
});

test('what has no glyph is replaced by itself alone, and a picture of several characters once', () => {
  assert.equal(drawn('王小明 Asha 😀 Rao').join(''), '\uFFFD\uFFFD\uFFFD Asha \uFFFD Rao');
  assert.equal(drawn('தமிழ் 👨‍👩‍👧 2').join(''), 'தமிழ் \uFFFD 2');
  assert.equal(drawn('ไทย').join(''), '\uFFFD\uFFFD\uFFFD');
  assert.equal(takeApart('Rao 😀', 'bold').isReplaced, true);
});

test('a letter is drawn plainer where that is the same letter, and without a mark that no font has', () => {
  assert.equal(drawn('𝕏 Ⅳ Ａ').join(''), 'X IV A');
  const { letters, isReplaced } = takeApart('ab\u{1E8D0}c', 'bold');
  assert.deepEqual([letters.map(({ text }) => text).join(''), isReplaced], ['abc', true]);
});

test('marks that pile up on one letter stay in their line', () => {
  const pile = `a${'\u0301'.repeat(60)}b`;
  const { letters, isReplaced } = takeApart(pile, 'bold');
  assert.deepEqual([letters.map(({ text }) => text.length), isReplaced], [[5, 1], true]);
  assert.equal(takeApart('ế שָׁ लक्ष्म्यैं', 'bold').isReplaced, false);
});

test('a text of one script is set in one font, and so is Latin beside another script', () => {
  assert.deepEqual(fontsOf('Monsoon'), ['Poppins']);
  assert.deepEqual(fontsOf('Kahanaiʻa Zoë'), ['NotoSans']);
  assert.deepEqual(fontsOf('Nguyễn Văn Đức'), ['NotoSans']);
  assert.deepEqual(fontsOf('பாகம் 2 (IMAX) – Zoë'), ['NotoSansTamil']);
  assert.deepEqual(fontsOf('IMAX: పాట'), ['NotoSansTelugu']);
  assert.deepEqual(fontsOf('दिल्ली-६ (IMAX)'), ['Poppins']);
  assert.deepEqual(fontsOf('ॐ ऄ'), ['NotoSans'], 'a letter that Poppins lacks');
});

test('whatever is to be drawn, each of its letters has a font with all its glyphs', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) =>
      takeApart(text, 'bold').letters.every(({ text: letter, font }) =>
        Array.from(letter).every(
          (point) => font.has(point.codePointAt(0) ?? 0) || /\p{Default_Ignorable_Code_Point}/u.test(point),
        ),
      ),
    ),
    { numRuns: 2_000 },
  );
});
