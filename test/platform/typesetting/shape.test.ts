import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paragraph, shapeLine } from '../../../src/platform/typesetting/paragraph.ts';
import { SAMPLES } from './samples.ts';

const glyphsOf = (text: string) => {
  const whole = paragraph(text, 'bold');
  return shapeLine(whole, { first: 0, end: whole.letters.length })
    .flatMap(({ shaped }) => shaped.clusters)
    .flatMap(({ glyphs }) => glyphs.map(({ id }) => id));
};

test('letters become the glyphs that their script wants of them', () => {
  // Two vowel signs stand before the consonant that they are written after.
  const [sign, consonant] = glyphsOf('கெ');
  assert.deepEqual(glyphsOf('க'), [consonant]);
  assert.notEqual(sign, consonant);
  // A conjunct is one glyph.
  assert.equal(glyphsOf('க்ஷ').length, 1);
  assert.equal(glyphsOf('ক্ষ').length, 1);
  assert.equal(glyphsOf('क्ष').length, 1);
  // Chillu, reph, subjoined letters: fewer glyphs than letters.
  for (const text of ['ക്ര', 'ର୍କ', 'શ્રી', 'ਪ੍ਰੀ', 'ಕ್ಷ್ಮೀ', 'స్త్రీ', 'শ্রী']) {
    assert.ok(glyphsOf(text).length < Array.from(text).length, text);
  }
  // A joiner keeps letters apart, and is not to be seen itself.
  assert.notDeepEqual(glyphsOf('క్క'), glyphsOf('క్\u200Cక'));
});

test('no text of any script is left to a missing glyph', () => {
  for (const [script, text] of Object.entries(SAMPLES)) assert.ok(!glyphsOf(text).includes(0), script);
});
