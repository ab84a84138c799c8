import { fits, isSpecial } from '../auth/auth.ts';
import type { Rule } from '../platform/validation/fields.ts';
import { hasLength } from './lengths.ts';

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
