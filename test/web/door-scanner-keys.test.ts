import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScannerKeys, type Key } from '../../web/door/scanner/scanner-keys.ts';

const SIGNATURE = 'Ab1_-'.repeat(9).slice(0, 43);
const TICKET = `SKYFOX BOOKING #12\nCustomer: Asha Rao\nStatus: Confirmed\nSignature: kept.${SIGNATURE}`;

const ROWS: Record<string, string> = {
  '1!': 'Digit1', '2@': 'Digit2', '3#': 'Digit3', '4$': 'Digit4', '5%': 'Digit5', '6^': 'Digit6',
  '7&': 'Digit7', '8*': 'Digit8', '9(': 'Digit9', '0)': 'Digit0', '-_': 'Minus', ';:': 'Semicolon',
  ',<': 'Comma', '.>': 'Period', '/?': 'Slash',
}; // prettier-ignore

/** What an American scanner presses for a letter. */
function press(char: string): Pick<Key, 'code' | 'shiftKey'> {
  if (char === ' ') return { code: 'Space', shiftKey: false };
  if (/[a-z]/i.test(char)) return { code: `Key${char.toUpperCase()}`, shiftKey: /[A-Z]/.test(char) };
  const [pair = '', code = ''] = Object.entries(ROWS).find(([both]) => both.includes(char)) ?? [];
  return { code, shiftKey: pair.indexOf(char) === 1 };
}

type Typing = {
  gapMs?: number;
  isInField?: boolean;
  keyOf?: (char: string) => string;
  lineEnd?: Partial<Key>;
};

/** Types a text, and returns what was recognised, and how many keys went where they were meant. */
function type(text: string, typing: Typing = {}) {
  const {
    gapMs = 5,
    isInField = false,
    keyOf = (char) => char,
    lineEnd = { key: 'Enter', code: 'Enter' },
  } = typing;
  const keys = createScannerKeys();
  let timeStamp = 1_000;
  let passed = 0;
  let ended: string | undefined;
  for (const char of text) {
    timeStamp += gapMs;
    const plain = { ctrlKey: false, altKey: false, metaKey: false, repeat: false, timeStamp };
    const key = char === '\n' ? { shiftKey: false, ...lineEnd } : { key: keyOf(char), ...press(char) };
    if (keys.press({ ...plain, ...key } as Key, isInField) === 'pass') passed++;
    ended ??= keys.ended();
  }
  return { ended, passed, quiet: keys.quiet() };
}

test('a ticket that a scanner types is read as it is, and ends with its signature', () => {
  assert.deepEqual(type(`${TICKET}\n`), { ended: TICKET, passed: 4, quiet: undefined });
  assert.equal(type(TICKET).quiet, TICKET, 'without a last Enter');
  for (const lineEnd of [
    { key: 'Tab', code: 'Tab' },
    { key: 'j', code: 'KeyJ', ctrlKey: true },
  ]) {
    assert.equal(type(`${TICKET}\n`, { lineEnd }).ended, TICKET);
  }
  assert.equal(type(`]Q1${TICKET}\n`).ended, `]Q1${TICKET}`);
});

test('a slow scanner, or a busy computer, is known by how tickets begin', () => {
  assert.deepEqual(type(`${TICKET}\n`, { gapMs: 120 }), { ended: TICKET, passed: 7, quiet: undefined });
  assert.equal(type(`${TICKET}\n`, { gapMs: 120, isInField: true }).ended, TICKET);
});

test('whatever keyboard the computer has, a ticket is read by where its keys are', () => {
  const german = (char: string) =>
    ({ y: 'z', z: 'y', Y: 'Z', Z: 'Y', '#': '§', ':': 'Ö', '-': 'ß', _: '?', ';': 'ö' })[char] ?? char;
  const french = (char: string) =>
    ({ a: 'q', q: 'a', A: 'Q', Q: 'A', m: ',', '1': '&', '2': 'é' })[char] ?? char;
  const capsLock = (char: string) => (/[a-z]/.test(char) ? char.toUpperCase() : char.toLowerCase());
  const dead = (char: string) => (char === '_' || char === '-' ? 'Dead' : char);
  for (const keyOf of [german, french, capsLock, dead]) {
    assert.equal(type(`${TICKET}\n`, { keyOf }).ended, TICKET);
  }
});

test('a scanner that is set to this keyboard is read by what its keys mean', () => {
  const keys = createScannerKeys();
  let timeStamp = 0;
  for (const char of `${TICKET}\n`) {
    timeStamp += 5;
    const key = char === '\n' ? 'Enter' : char;
    // Every key lies elsewhere.
    const plain = { ctrlKey: false, altKey: false, metaKey: false, repeat: false, shiftKey: false };
    keys.press({ ...plain, key, code: 'KeyX', timeStamp }, false);
  }
  assert.equal(keys.ended() ?? keys.quiet(), TICKET);
});

test('another code, typed fast, is a scan: so that somebody is told that it is no ticket', () => {
  assert.equal(type('4006381333931\n').quiet, '4006381333931');
  assert.equal(type('4006381333931\n', { isInField: true }).quiet, '4006381333931');
  assert.equal(type('https://example.com/x\n').quiet, 'https://example.com/x');
});

test('a person who types is left alone: in a field, in no field, fast, and with a key held down', () => {
  for (const [text, typing] of [
    ['12\n', { gapMs: 90, isInField: true }],
    ['Asha Rao\n', { gapMs: 30, isInField: true }],
    ['a long name that is typed at a good pace\n', { gapMs: 60, isInField: true }],
    [' \n \n', { gapMs: 45 }],
  ] as const) {
    const { ended, quiet, passed } = type(text, typing);
    assert.deepEqual([ended, quiet, passed], [undefined, undefined, text.length], text);
  }
  const keys = createScannerKeys();
  const held = { key: 'x', code: 'KeyX', shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
  for (let at = 0; at < 50; at++) {
    assert.equal(keys.press({ ...held, repeat: at > 0, timeStamp: at * 20 }, false), 'pass');
  }
  const copy = { ...held, ctrlKey: true, repeat: false, timeStamp: 2_000 };
  assert.equal(keys.press(copy, false), 'pass');
  assert.equal(keys.quiet(), undefined);
});
