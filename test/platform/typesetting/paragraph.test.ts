import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  breakLines,
  cutTo,
  paragraph,
  shapeLine,
  widthOf,
} from '../../../src/platform/typesetting/paragraph.ts';
import { fontOf } from '../../../src/platform/typesetting/fonts.ts';
import { shape } from '../../../src/platform/typesetting/shape.ts';
import { EVERY_SCRIPT, SAMPLES } from './samples.ts';

const linesOf = (text: string, widthEms: number) => {
  const whole = paragraph(text, 'bold');
  return breakLines(whole, widthEms).map(({ first, end }) =>
    whole.letters
      .slice(first, end)
      .map((letter) => letter.text)
      .join(''),
  );
};
/** The pieces of a text that is one line, as they stand from left to right. */
const seen = (text: string) => {
  const whole = paragraph(text, 'bold');
  return shapeLine(whole, { first: 0, end: whole.letters.length }).flatMap(({ run, shaped }) =>
    run.isRightToLeft ? shaped.clusters.map((cluster) => cluster.text) : [whole.text.slice(run.from, run.to)],
  );
};

test('lines end after words and hyphens', () => {
  assert.deepEqual(linesOf('Ponniyin Selvan', 6), ['Ponniyin', 'Selvan']);
  assert.deepEqual(linesOf('பொன்னியின் செல்வன்', 10), ['பொன்னியின்', 'செல்வன்']);
  assert.deepEqual(linesOf('Anne-Marie', 4), ['Anne-', 'Marie']);
  assert.deepEqual(linesOf('', 5), []);
});

test('no line is wider than it may be, and none of the text is lost, in whatever script', () => {
  const words = fc.array(fc.constantFrom(...EVERY_SCRIPT, 'W'.repeat(90), '王小明', 'a-b/c'), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(words, fc.integer({ min: 5, max: 30 }), (some, widthEms) => {
      const whole = paragraph(some.join(' '), 'bold');
      const lines = breakLines(whole, widthEms);
      const between = lines.map(({ end }, row) => whole.letters.slice(end, lines[row + 1]?.first));
      assert.ok(lines.every((line) => widthOf(whole, line) <= widthEms));
      assert.ok(between.flat().every(({ text }) => text === ' '));
    }),
    { numRuns: 60 },
  );
});

test('what reads from right to left stands so, and what is in it from left to right does not', () => {
  assert.deepEqual(seen('אבג'), ['ג', 'ב', 'א']);
  assert.deepEqual(seen('אב 123'), ['123', ' ', 'ב', 'א']);
  assert.deepEqual(seen('Tel אב 12 גד Aviv'), ['Tel ', 'ד', 'ג', ' ', '12', ' ', 'ב', 'א', ' ', 'Aviv']);
  assert.deepEqual(seen('א (IMAX) ב'), ['ב', ' ', ')', 'IMAX', '(', ' ', 'א']);
});

test('brackets from right to left are mirrored', () => {
  const font = fontOf('noto-sans-hebrew', 'bold');
  const glyph = (text: string, isRightToLeft: boolean) =>
    shape(text, { font, script: 'Hebr', isRightToLeft, from: 0, to: 1 }).clusters[0]?.glyphs[0]?.id;
  assert.equal(glyph('(', true), glyph(')', false));
  assert.equal(glyph(')', true), glyph('(', false));
});

test('Arabic letters join, also where a line is drawn in pieces', () => {
  const ids = (text: string) => {
    const whole = paragraph(text, 'bold');
    return shapeLine(whole, { first: 0, end: whole.letters.length })
      .flatMap(({ shaped }) => shaped.clusters)
      .flatMap(({ glyphs }) => glyphs.map(({ id }) => id));
  };
  const alone = new Set(Array.from('محمد').flatMap((letter) => ids(letter)));
  assert.ok(ids('محمد').filter((id) => alone.has(id)).length <= 1);
});

test('a text that does not fit is cut between letters and ends in an ellipsis', () => {
  for (const text of [SAMPLES.Tamil, SAMPLES.Arabic, SAMPLES.Bengali, 'W'.repeat(90)]) {
    const cut = cutTo(paragraph(text, 'bold'), { widthEms: 7, lines: 1, weight: 'bold' });
    assert.ok(cut.text.endsWith('…') && text.startsWith(cut.text.slice(0, -1)), cut.text);
    assert.equal(breakLines(cut, 7).length, 1);
  }
});
