import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepAwake } from '../../web/parts/keep-awake.ts';

test('the screen is kept on again after the page was hidden, and no longer once it is called off', async () => {
  const page = Object.assign(new EventTarget(), { hidden: false });
  let [asked, released] = [0, 0];
  const release = async () => void released++;
  const request = async () => {
    asked++;
    return { release };
  };
  const stop = keepAwake({ request }, page);
  const turn = (hidden: boolean) => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  turn(true);
  assert.equal(asked, 1);
  turn(false);
  assert.equal(asked, 2);
  stop();
  turn(false);
  await new Promise(setImmediate);
  assert.deepEqual([asked, released], [2, 1]);
});
