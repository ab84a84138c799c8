import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keptName, nameRule } from '../../src/customers/names.ts';
import { startApp } from '../support/app.ts';
import { ANSWER, application, faultyFields, signedUp } from './people.ts';

const quoted = (text: string) =>
  JSON.stringify(text).replaceAll(/[\u200c\u200d]/g, (joiner) => `\\u${joiner.charCodeAt(0).toString(16)}`);
const SEPARATORS = ["'", '’', 'ʻ', 'ʼ', '-', '.', '\u200c', '\u200d'];

test('names of people in many scripts are names', () => {
  const good = [
    'Asha',
    ' Asha Rao ',
    "O'Brien",
    'O’Brien',
    "D'Souza",
    'Anne-Marie',
    'J. R. Rao',
    'J.R. Rao',
    'St. John Smith',
    'A. P. J. Abdul',
    'Kaʻiulani',
    'Oʻgʻilxon',
    'Дарʼя',
    'José',
    'Jose\u0301',
    'Ng Ba Tr\u01b0\u1eddng',
    'आशा राव',
    'लक्ष्\u200dमी',
    'क्\u200cष अग्रवाल',
    'അനില്\u200d കുമാര്\u200d',
    'അന്\u200dവര്\u200d',
    'ශ්\u200dරී ලාල්',
    'র\u200d্যাবেয়া',
    'محمد\u200cرضا نوری\u200cزاده',
    '王小明',
    'นภา สุขใจ',
    'x'.repeat(70),
    '𐐀𐐁𐐂',
  ];
  for (const name of good) assert.ok(nameRule.test(name), `${quoted(name)} is good`);
});

test('a name is letters, with one thing between two of them at most', () => {
  const bad = [
    'Al',
    'A1b',
    'Asha  Rao',
    'A B C D E',
    'x'.repeat(71),
    '\u0301abc',
    '   ',
    'ŉ'.repeat(71),
    'ΐ'.repeat(70),
    'a\tb c',
    "O''Brien",
    "O'-Brien",
    'Anne--Marie',
    'Rao..',
    'J . Rao',
    '...',
    'Asha\u200d Rao',
    'Asha Rao\u200d',
    'A\u200c\u200dsha',
    'Asha, Rao',
    'Asha_Rao',
    'Anne–Marie',
    'Asha\u00a0Rao',
    'A\u200bsha',
    '=Asha',
  ];
  for (const name of bad) assert.ok(!nameRule.test(name), `${quoted(name)} is bad`);
  for (const separator of SEPARATORS) {
    assert.ok(nameRule.test(`As${separator}ha`), quoted(separator));
    const end = `Asha${separator}`;
    assert.equal(nameRule.test(end), separator === '.', quoted(end));
    for (const other of SEPARATORS)
      assert.ok(!nameRule.test(`As${separator}${other}ha`), quoted(separator + other));
    assert.ok(!nameRule.test(`${separator}Asha`), quoted(separator));
    assert.ok(!nameRule.test(`Asha ${separator} Rao`), quoted(separator));
  }
});

test('a name is kept as typed, with a capital at the start of each word', () => {
  for (const [typed, kept] of [
    [' McDonald ', 'McDonald'],
    ['mcDonald', 'McDonald'],
    ["o'Neil", "O'Neil"],
    ['DeAnn van der Berg', 'DeAnn Van Der Berg'],
    ['Anne-marie', 'Anne-marie'],
    ['ELİF Şahin', 'ELİF Şahin'],
    ['I\u0307brahim', 'I\u0307brahim'],
    ['élodie Ó', 'Élodie Ó'],
    ['ßEn', 'SsEn'],
    ['आशा राव', 'आशा राव'],
    ['ანა Ana', 'ანა Ana'],
  ] as const) {
    assert.equal(keptName(typed), kept);
  }
});

test('a name typed in one case throughout gets the capitals that are usual', () => {
  for (const [typed, kept] of [
    [' maya of the hills ', 'Maya Of The Hills'],
    ['ASHA', 'Asha'],
    ['J. R. RAO', 'J. R. Rao'],
    ['j.r. rao', 'J.R. Rao'],
    ["O'BRIEN", "O'Brien"],
    ['d’souza', 'D’Souza'],
    ['oʼneil', 'OʼNeil'],
    ["anne-o'hara", "Anne-O'Hara"],
    ['ANNE-MARIE', 'Anne-Marie'],
    ["dell'acqua", "Dell'acqua"],
    ["ДАР'Я В'ЯЧЕСЛАВ", "Дар'я В'ячеслав"],
    ['KAʻIULANI', 'Kaʻiulani'],
    ['ELİF', 'Elif'],
    ['ELI\u0307F', 'Elif'],
    ['İBRAHİM', 'İbrahim'],
    ['I\u0307BRAHI\u0307M', 'İbrahim'],
    ['ßen', 'Ssen'],
    ['WEIẞ', 'Weiß'],
    ['ΣΟΦΟΣ', 'Σοφο\u03c2'],
    ['ΝΙΚΟΣ-ΣΟΦΟΣ', 'Νικο\u03c2-Σοφο\u03c2'],
    ['ǆEMAL'.toLowerCase(), 'ǅemal'],
    ['ǄEMAL', 'ǅemal'],
    ['ანა', 'ანა'],
    ['ᲐᲜᲐ', 'ანა'],
    ['ASHA राव', 'Asha राव'],
  ] as const) {
    assert.equal(keptName(typed), kept);
  }
});

test('a name that is kept is a name, which can be saved again', () => {
  const alphabet = Array.from("aBcİıßŉΣςǆΐაᲐआ\u094dर\u0301éÉДяﬁ'ʼ-.\u200d ");
  const letters = fc.constantFrom(...alphabet);
  fc.assert(
    fc.property(fc.array(letters, { minLength: 3, maxLength: 12 }), (parts) => {
      const typed = parts.join('');
      if (!nameRule.test(typed)) return;
      const kept = keptName(typed);
      assert.ok(nameRule.test(kept), `${quoted(typed)} is kept as ${quoted(kept)}`);
      assert.ok(!kept.includes('i\u0307'), quoted(kept));
    }),
    { numRuns: 2_000 },
  );
});

test('sign-up, profile and box office take such names', async (t) => {
  const app = await startApp(t);
  const body = application({ name: "O'NEIL McDonald" });
  assert.equal((await app.post('/customer/signup', { body })).data['name'], "O'NEIL McDonald");
  const asha = await signedUp(app, { name: 'ELİF' });
  assert.equal((await app.get('/customer/profile', { as: asha })).data['name'], 'Elif');
  const change = { email: asha.email, phone_number: asha.number, security_answer: ANSWER };
  const changed = await app.post('/customer/update-profile', {
    as: asha,
    body: { ...change, name: 'j. r. rao' },
  });
  assert.equal(changed.data['name'], 'J. R. Rao');
  const refused = await app.post('/customer/update-profile', {
    as: asha,
    body: { ...change, name: "O''Neil" },
  });
  assert.deepEqual(faultyFields(refused), ['Name']);

  const sale = { show_id: await app.show(), phone_number: '9876543210', seat_numbers: ['A1'] };
  const sold = await app.post('/admin/create-customer-booking', {
    as: app.admin,
    body: { ...sale, customer_name: "anne-marie o'neil" },
  });
  assert.equal(sold.data['customer_name'], "anne-marie o'neil", 'as it was typed');
});
