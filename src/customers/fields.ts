import { fits, isSpecial } from '../auth/auth.ts';
import type { Rule } from '../http/validation.ts';

// A combining mark belongs to the letter before it. Every character fits one place only, so matching is linear.
const NAME = /^\p{L}[\p{L}\p{M}]*(?: \p{L}[\p{L}\p{M}]*){0,3}$/u;

export const nameRule: Rule = {
  message: 'Name must be 3-70 characters, max 4 words, letters only, no consecutive spaces',
  test: (text) => {
    const name = text.trim();
    // A capital may take more letters than it had before, and it is the result that is kept.
    return hasLength(name, 3, 70) && NAME.test(name) && hasLength(titleCased(name), 3, 70);
  },
};

export const usernameRule: Rule = {
  message:
    'Username must be 3-30 characters, lowercase, no spaces, cannot start with a number, no consecutive special characters',
  test: (text) =>
    hasLength(text, 3, 30) &&
    !/[\s\p{White_Space}\p{Cc}]/u.test(text) &&
    !/^[0-9]/.test(text) &&
    text === text.toLowerCase() &&
    !Array.from(text).some((character, i, all) => isSpecial(character) && isSpecial(all[i + 1] ?? '')),
};

export const phoneRule: Rule = {
  message: 'Phone number must be exactly 10 digits',
  test: (text) => /^[0-9]{10}$/.test(text),
};

export const answerRule: Rule = {
  message: 'Security answer must be at least 3 characters long',
  test: (text) => fits(text.trim()) && hasLength(text.trim(), 3, 72),
};

/** A name as it is kept: trimmed, each word with a capital and the rest small. */
export const titleCased = (name: string) => name.trim().split(' ').map(capitalised).join(' ');

function capitalised(word: string): string {
  const small = word.toLowerCase();
  const [first = ''] = small;
  // Georgian has capitals for headlines, but no word begins with one.
  if (/\p{Script=Georgian}/u.test(first)) return small;
  // The capital of one letter may be two, as of the German sharp s, and only the first of them is one here.
  const [capital = '', ...more] = first.toUpperCase();
  return capital + more.join('').toLowerCase() + small.slice(first.length);
}

// Characters, not UTF-16 units; text far too long is not taken apart to be counted.
function hasLength(text: string, min: number, max: number): boolean {
  if (text.length > 2 * max) return false;
  const { length } = Array.from(text);
  return length >= min && length <= max;
}
