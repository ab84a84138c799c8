import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRefusal, type Failure } from '../../web/api/failures.ts';
import { begin, end } from '../../web/api/session.ts';
import { topUp } from '../../web/checkout/add-funds.ts';
import { forgetTopUp, noteTopUp, openTopUp } from '../../web/checkout/open-top-up.ts';
import { holder, way } from '../../web/checkout/way.ts';

const lost: Failure = { kind: 'lost' };
const loggedOut: Failure = { kind: 'logged out' };
const refused = (status: number, code: string): Failure => readRefusal(status, new Headers(), { code });

/** Tops up against answers in turn. `leavesAfter` is the number of answers after which the page is left. */
async function play(answers: (Failure | 'done')[], leavesAfter = Number.POSITIVE_INFINITY) {
  let sent = 0;
  const end = await topUp({
    send: async () => {
      const answer = answers[sent++];
      assert.ok(answer, 'nothing more was to be sent');
      return answer === 'done' ? { data: {} } : { failure: answer };
    },
    wait: async () => undefined,
    onLost: () => undefined,
    isLeft: () => sent >= leavesAfter,
  });
  return [end.kind, sent];
}

test('a top-up is sent until an answer tells how it ended', async () => {
  assert.deepEqual(await play([lost, refused(503, ''), refused(409, 'REQUEST_IN_PROGRESS'), 'done']), [
    'done',
    4,
  ]);
  assert.deepEqual(await play([lost, refused(402, 'PAYMENT_FAILED')]), ['not done', 2]);
  assert.deepEqual(await play([refused(409, 'PAYMENT_UNRESOLVED')]), ['unknown', 1]);
});

test('a top-up whose page is left after a lost answer is unknown, and is not sent again', async () => {
  assert.deepEqual(await play([lost], 1), ['unknown', 1]);
});

test('a log-out tells nothing of an earlier request without an answer', async () => {
  assert.deepEqual(await play([lost, loggedOut]), ['unknown', 2]);
  assert.deepEqual(await play([loggedOut]), ['not done', 1]);
});

const session = (username: string) => ({ user: { username, role: 'customer' }, token: 't' });

test('an open top-up is its user’s, and stays until its own end', () => {
  begin(session('asha'));
  noteTopUp('asha', { key: 'k1', paise: 50_000 });
  assert.deepEqual(openTopUp.value, { key: 'k1', paise: 50_000 });
  forgetTopUp('asha', 'k0');
  assert.equal(openTopUp.value?.key, 'k1');
  begin(session('ravi'));
  assert.equal(openTopUp.value, undefined);
  begin(session('asha'));
  forgetTopUp('asha', 'k1');
  assert.equal(openTopUp.value, undefined);
});

test('the name on the card and the way to pay are forgotten with their user', () => {
  begin(session('asha'));
  holder.value = 'Asha Rao';
  way.value = 'both';
  begin({ ...session('asha'), token: 't2' });
  assert.equal(holder.value, 'Asha Rao', 'a new login of the same user');
  begin(session('ravi'));
  assert.deepEqual([holder.value, way.value], ['', undefined]);
  end();
});
