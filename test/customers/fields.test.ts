import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emailRule, passwordRule } from '../../src/auth/auth.ts';
import { answerRule, phoneRule, usernameRule } from '../../src/customers/fields.ts';
import { nameRule } from '../../src/customers/names.ts';
import type { Rule } from '../../src/platform/validation/fields.ts';

function judges(what: string, rule: Rule, { good, bad }: { good: string[]; bad: string[] }) {
  test(`${what} are judged as the contract says`, () => {
    for (const text of good) assert.ok(rule.test(text), `${JSON.stringify(text)} is good`);
    for (const text of bad) assert.ok(!rule.test(text), `${JSON.stringify(text)} is bad`);
  });
}

judges('usernames', usernameRule, {
  good: ['abc', 'a.b', '-ab-', 'ünï', 'x'.repeat(30), '漢字名', 'a~~b', '😀😀😀', 'seed-user-1'],
  bad: [
    'ab',
    'UPPER',
    'a b',
    '1ab',
    'a--b',
    'a.-b',
    'x'.repeat(31),
    'a\u0000b',
    'a\u00a0b',
    'a\u0085b',
    'É-é',
    'ab\n',
  ],
});

judges('numbers', phoneRule, {
  good: ['9876543210', '0000000000'],
  bad: ['987654321', '98765432100', '+919876543', '９８７６５４３２１０', '9876543210\n', '98765 4321'],
});

judges('passwords', passwordRule, {
  good: ['Harbour@', 'Ünïcode!', 'Ab!' + 'x'.repeat(69), 'Pass word,'],
  bad: [
    'Harb@26',
    'harbour@2026',
    'HARBOUR@2026',
    'Harbour2026',
    'Harbour~2026',
    'Ab!' + 'x'.repeat(70),
    'Harbour@\0',
  ],
});

judges('answers', answerRule, {
  good: ['abc', '  abc  ', 'é'.repeat(36), '日本語'],
  bad: ['ab', '  ab  ', '   ', 'é'.repeat(37), 'x'.repeat(73)],
});

judges('e-mails', emailRule, {
  good: [
    'asha@example.com',
    'a.b+c@sub.example.co.in',
    "o'brien@example.ie",
    'ü@exämple.de',
    'a@b.c',
    `${'x'.repeat(243)}@example.com`,
  ],
  bad: [
    'nope',
    'a@b',
    '@example.com',
    'a@',
    'a b@example.com',
    'a@exa mple.com',
    'a@@example.com',
    '.a@example.com',
    'a..b@example.com',
    'a@example..com',
    'a@.com',
    'a@example.com.',
    'a@-example.com',
    'a@1.2.3.4',
    'a@example.com\n',
    'a\0@example.com',
    `${'x'.repeat(244)}@example.com`,
  ],
});

test('ten megabytes of anything are judged at once', () => {
  const hostile = [
    'a',
    'a ',
    'a.',
    "a'",
    'a\u200d',
    'അ\u0d4d\u200d',
    '\u0301',
    '@',
    'é',
    '-',
    'a@a.',
    '😀',
    '!a',
  ].map((part) => part.repeat(3_000_000));
  for (const rule of [nameRule, usernameRule, phoneRule, passwordRule, answerRule, emailRule]) {
    for (const text of hostile) {
      const startedAt = performance.now();
      rule.test(text);
      const tookMs = performance.now() - startedAt;
      assert.ok(tookMs < 250, `${rule.message}: ${text.slice(0, 5)}... took ${tookMs} ms`);
    }
  }
});
