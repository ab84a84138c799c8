import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/start/config.ts';

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
});
const files = listed.split('\n').filter((file) => file !== '' && existsSync(file));
const pages = files
  .filter((file) => file.endsWith('.md'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** What stands outside blocks of code. */
const prose = (text: string) => text.replaceAll(/^(?: {4}|\t)[^\n]*$|^```[^]*?^```/gm, '');

/** The anchors that a page's headings make. */
const anchorsOf = (text: string) =>
  new Set(
    [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  );

/** Stands for many files. */
const PATTERN = /NNN|^x\/x\.ts$/;

const sorted = (names: Iterable<string | undefined>) => [...names].map(String).toSorted();

test('every link on a page leads to a file, and its anchor to a heading', () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : join(dirname(path), file);
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).has(anchor);
      })
      .map((link) => `${path}: ${link}`),
  );
  assert.deepEqual(broken, []);
});

test('every file that a page names exists', () => {
  const known = new Set(files);
  const isThere = (name: string, from: string) =>
    ['', 'src/', 'test/', `${dirname(from)}/`].some((folder) => {
      const path = join(folder, name).replace(/\/$/, '');
      return known.has(path) || files.some((file) => file.startsWith(`${path}/`));
    });
  const missing = pages.flatMap(({ path, text }) =>
    [
      ...prose(text).matchAll(
        /`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|mjs|sql|md|json|yml|yaml|conf|sh)|(?:src|test|docs|deploy|scripts|bench|supabase)\/[\w./-]*)`/g,
      ),
    ]
      .map(([, name = '']) => name)
      .filter((name) => !PATTERN.test(name) && !isThere(name, path))
      .map((name) => `${path}: ${name}`),
  );
  assert.deepEqual(missing, []);
});

test('a diagram names files that exist, and the life of a booking the statuses of the database', () => {
  const text = pages.flatMap(({ text }) => text.match(/^```mermaid\n[^]*?^```/gm) ?? []).join('\n');
  const named = [...text.matchAll(/[\w-]+(?:\/[\w-]+)+\.ts/g)].map(([name]) => name);
  assert.ok(named.length > 8);
  assert.deepEqual(
    named.filter((name) => !files.some((file) => file === `src/${name}` || file === `src/platform/${name}`)),
    [],
  );

  const schema = readFileSync('supabase/migration/000001_initial_schema.up.sql', 'utf8');
  const [, values = ''] = /create type booking_status as enum \((.+)\);/.exec(schema) ?? [];
  const [states = ''] = /^stateDiagram-v2\n[^]*?^```/m.exec(text) ?? [];
  const drawn = new Set([...states.matchAll(/\b(?:Pending|[A-Z]\w+(?= :|$))/gm)].map(([name]) => name));
  assert.deepEqual(sorted(drawn), sorted([...values.matchAll(/\w+/g)].map(([name]) => name)));
});

test('every setting that the program reads is documented, and no other', () => {
  const read = new Set<string>();
  const environment = new Proxy<Record<string, string>>(
    {},
    { get: (_, name) => (typeof name === 'string' && read.add(name), undefined) },
  );
  readConfig(environment);
  read.delete('SKYFOX_FAILPOINT');
  const table = readFileSync('docs/settings.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const documented = new Set(
    table.flatMap((line) =>
      [...(line.split('|')[1] ?? '').matchAll(/`([A-Z0-9_]+)`/g)].map(([, name]) => name),
    ),
  );
  assert.deepEqual(sorted(read), sorted(documented));
});

test('every command of package.json is on the page of commands, and no other', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const page = readFileSync('docs/commands.md', 'utf8');
  const commands = Object.keys(scripts).filter(
    (name) => !Object.hasOwn(scripts, name.replace(/^pre/, '')) || !name.startsWith('pre'),
  );
  const named = new Set(
    [...page.matchAll(/`npm (?:run (?:--silent )?)?([a-z][\w:-]*)/g)].map(([, name]) => name),
  );
  assert.deepEqual(sorted(named), sorted(commands));
});
