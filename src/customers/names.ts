import type { Rule } from '../platform/validation/fields.ts';
import { hasLength } from './lengths.ts';

// A combining mark belongs to the letter before it. Unicode counts two of the apostrophes as letters, here they are not.
const LETTER = String.raw`(?![\u02BB\u02BC])\p{L}`;
// A joiner may have its mark after it: the Bengali ya-phalaa of র‍্যাব.
const BETWEEN = String.raw`[\u200C\u200D]\p{M}*|['’\u02BB\u02BC.-]`;
// Malayalam used to write the chillu that ends a name as consonant, virama and joiner.
const END = String.raw`\.|(?<=\u0D4D)\u200D`;
const WORD = String.raw`${LETTER}\p{M}*(?:(?:${BETWEEN})?${LETTER}\p{M}*)*(?:${END})?`;
// Every character fits one place only, so matching is linear.
const NAME = new RegExp(`^${WORD}(?: ${WORD}){0,3}$`, 'u');

export const nameRule: Rule = {
  message: 'Name must be 3-70 characters, max 4 words, letters only, no consecutive spaces',
  test: (text) => {
    const name = text.trim();
    // A capital may take more letters than it had before, and it is the result that is kept.
    return hasLength(name, 3, 70) && NAME.test(name) && hasLength(keptName(name), 3, 70);
  },
};

/**
 * A name as the database stores it: trimmed and as typed, with a capital at the start of each word. A name
 * typed all in one case, as on a form in capitals, says nothing about its capitals, so it gets the usual
 * ones.
 */
export function keptName(typed: string): string {
  const words = typed.trim().split(' ');
  return words.map((word) => (isOneCase(typed) ? recapitalised(word) : capitalised(word))).join(' ');
}

const isOneCase = (name: string) => !/[\p{Lu}\p{Lt}]/u.test(name) || !/[\p{Ll}\p{Lt}]/u.test(name);

/** O'Brien, Anne-Marie, J.R.; but дар'я, dell'acqua, kaʻiulani: an apostrophe ends a word only after a letter alone. */
function recapitalised(word: string): string {
  const parts = word
    .replaceAll('I\u0307', 'İ')
    .split(/((?<=(?:^|[.-])\p{Script=Latin}\p{M}*)['’\u02BC]|[.-])/u);
  return parts.map((part) => capitalised(part, lowerCase(part))).join('');
}

/** Unicode's lower case of İ keeps its dot as a separate mark. */
const lowerCase = (text: string) => text.replaceAll('İ', 'i').toLowerCase();

/** A word with a capital first. The rest comes from `rest`, without its first letter. */
function capitalised(word: string, rest = word): string {
  const [first = ''] = word;
  const [dropped = ''] = rest;
  return capitalOf(first) + rest.slice(dropped.length);
}

function capitalOf(letter: string): string {
  const small = letter.toLowerCase();
  // Georgian has capitals for headlines, but no word begins with one.
  if (/\p{Script=Georgian}/u.test(letter)) return small;
  const digraph = TITLE_CASE.get(small);
  if (digraph !== undefined || !/\p{Ll}/u.test(letter)) return digraph ?? letter;
  // The capital of one letter may be two, as of the German sharp s, and only the first of them is one here.
  const [capital = '', ...more] = letter.toUpperCase();
  return /\p{Lu}/u.test(capital) ? capital + more.join('').toLowerCase() : letter;
}

// Letters that are two in one have a third form for the start of a word.
const TITLE_CASE = new Map([
  ['ǆ', 'ǅ'],
  ['ǉ', 'ǈ'],
  ['ǌ', 'ǋ'],
  ['ǳ', 'ǲ'],
]);
