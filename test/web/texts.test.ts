import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { desk } from '../../web/text/desk.ts';
import { door } from '../../web/text/door.ts';
import { office } from '../../web/text/office.ts';
import { text } from '../../web/text/text.ts';

type Texts = { [name: string]: unknown };
type Place = { name: string; holder: string };

const WEB = new URL('../../web/', import.meta.url);
const isGroup = (value: unknown): value is Texts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const placesIn = (texts: Texts, holder: string): Place[] =>
  Object.entries(texts).flatMap(([name, value]) =>
    isGroup(value) ? placesIn(value, name) : [{ name, holder }],
  );

test('every text is named in a file that also names its group', async () => {
  const names = await readdir(WEB, { recursive: true });
  const files = names.filter((name) => /\.tsx?$/.test(name) && !name.startsWith('text/'));
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, WEB), 'utf8')));
  const isUsed = ({ name, holder }: Place) =>
    sources.some(
      (source) =>
        // By a computed name, of this group or of one of two.
        new RegExp(`\\.${holder}(?: : \\w+\\.\\w+\\))?\\[`).test(source) ||
        (new RegExp(`\\b${holder}\\b`).test(source) && new RegExp(`\\.${name}\\b|'${name}'`).test(source)),
    );
  const places = Object.entries({ text, desk, door, office }).flatMap(([root, texts]) =>
    placesIn(texts, root),
  );
  const unused = places.filter((place) => !isUsed(place)).map(({ name, holder }) => `${holder}.${name}`);
  assert.deepEqual(unused, []);
});
