import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseShow } from '../../web/desk/counter/choose-show.ts';

const [afternoon, evening, night] = [{ id: 1 }, { id: 2 }, { id: 3 }];
const rest = { wanted: undefined, drawn: undefined, isSelling: false };

test('the counter draws the show that is wanted, else the next one', () => {
  const open = [afternoon, evening];
  assert.deepEqual(chooseShow({ ...rest, open }), { chosen: afternoon, hasGone: false });
  assert.deepEqual(chooseShow({ ...rest, open, wanted: 2 }), { chosen: evening, hasGone: false });
  assert.deepEqual(chooseShow({ ...rest, open: [], wanted: 1 }), { chosen: undefined, hasGone: false });
});

test('where the wanted show has begun, the next one comes with a word that it is another', () => {
  const begun = { ...rest, open: [evening], wanted: 1, drawn: afternoon };
  assert.deepEqual(chooseShow(begun), { chosen: evening, hasGone: true });
  assert.deepEqual(
    chooseShow({ ...begun, drawn: evening }),
    { chosen: evening, hasGone: true },
    'until told',
  );
});

test('a sale keeps its hall beyond the start of the show, until another show is wanted', () => {
  const selling = { open: [evening, night], wanted: 1, drawn: afternoon, isSelling: true };
  assert.deepEqual(chooseShow(selling), { chosen: afternoon, hasGone: false });
  assert.deepEqual(
    chooseShow({ ...selling, open: [] }),
    { chosen: afternoon, hasGone: false },
    'the last show',
  );
  assert.deepEqual(chooseShow({ ...selling, wanted: 3 }), { chosen: night, hasGone: false });
});
