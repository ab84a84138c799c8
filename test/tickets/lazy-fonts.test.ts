import assert from 'node:assert/strict';
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import { encode } from '../../src/tickets/qr-code.ts';
import type { Ticket } from '../../src/tickets/text.ts';
import { ticket as paidTicket } from './ticket.ts';

const loaded: string[] = [];
registerHooks({
  load: (url, context, next) => {
    loaded.push(url);
    return next(url, context);
  },
});
const read = fs.readFileSync;
fs.readFileSync = ((path: fs.PathOrFileDescriptor, ...rest: [fs.ObjectEncodingOptions]) => {
  if (typeof path === 'string') loaded.push(path);
  return read(path, ...rest);
}) as typeof fs.readFileSync;
syncBuiltinESMExports();
const { drawPage } = await import('../../src/tickets/page.ts');

const ticket: Ticket = {
  ...paidTicket,
  customer: 'Zoë O’Brien',
  movie: 'Amélie – Ça & Là (2001)',
  nonce: null,
};
const loadedBy = async (more: Partial<Ticket>) => {
  loaded.length = 0;
  await drawPage({ ...ticket, ...more }, { code: encode('x'), bookedAt: new Date(0) });
  return loaded
    .map((url) => /(harfbuzzjs|bidi-js|NotoSans\w+)[^/]*(\.ttf|\.mjs|\.js|$)/.exec(url)?.[1])
    .filter(Boolean);
};

test('a ticket loads the fonts of its scripts, once, and a usual one none', async () => {
  assert.ok(
    loaded.some((path) => path.endsWith('Poppins_700Bold.ttf')),
    'what is read is seen',
  );
  assert.deepEqual(await loadedBy({}), []);
  assert.equal(loaded.length, 0);
  const first = await loadedBy({ customer: 'கௌரி' });
  assert.ok(loaded.some((url) => url.includes('/harfbuzzjs/')));
  assert.deepEqual(
    new Set(first.filter((name) => name?.startsWith('Noto'))),
    new Set(['NotoSansTamil_600SemiBold']),
  );
  assert.deepEqual(await loadedBy({ customer: 'நௌஷாத்' }), []);
  assert.deepEqual(new Set(await loadedBy({ movie: 'బాహుబలి' })), new Set(['NotoSansTelugu_700Bold']));
});
