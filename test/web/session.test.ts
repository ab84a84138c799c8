import assert from 'node:assert/strict';
import { beforeEach, test, type TestContext } from 'node:test';
import { call } from '../../web/api/call.ts';
import { begin, end, isOver } from '../../web/api/session.ts';

const asha = { user: { username: 'asha', role: 'customer' }, token: 'asha-1' };
const ravi = { user: { username: 'ravi', role: 'customer' }, token: 'ravi-1' };

beforeEach(() => {
  end();
  begin(asha);
});

/** A server that refuses these tokens. Returns the tokens that it was sent. */
function serve(t: TestContext, refused: readonly string[]): string[] {
  const sent: string[] = [];
  t.mock.method(globalThis, 'fetch', async (_path: string, { headers }: RequestInit) => {
    const token = new Headers(headers).get('authorization')?.replace('Bearer ', '') ?? '';
    sent.push(token);
    return refused.includes(token)
      ? Response.json({ code: 'INVALID_TOKEN' }, { status: 401 })
      : Response.json({ data: {} });
  });
  return sent;
}
const overNow = async () => {
  while (!isOver.peek()) await new Promise((resolve) => setImmediate(resolve));
};

test('a request whose session is over goes on when the same user is back', async (t) => {
  const sent = serve(t, ['asha-1']);
  const answer = call('/wallet', { asUser: true });
  await overNow();
  assert.deepEqual(begin({ ...asha, token: 'asha-2' }), { isSameUser: true });
  assert.equal((await answer).failure, undefined);
  assert.deepEqual(sent, ['asha-1', 'asha-2']);
});

test('where another user logs in, what waits is thrown away', async (t) => {
  const sent = serve(t, ['asha-1']);
  const answer = call('/pay', { asUser: true });
  await overNow();
  assert.deepEqual(begin(ravi), { isSameUser: false });
  assert.equal((await answer).failure?.kind, 'logged out');
  assert.deepEqual(sent, ['asha-1']);
});

test('a request on its way while another user logs in is never sent for that user', async (t) => {
  const sent = serve(t, ['asha-1']);
  const answer = call('/pay', { asUser: true });
  begin(ravi);
  assert.equal((await answer).failure?.kind, 'logged out');
  assert.deepEqual(sent, ['asha-1']);
  assert.equal(isOver.peek(), false);
});

test('a request that its sender repeats stays the request of the user who made it', async (t) => {
  const sent = serve(t, []);
  const pay = () => call('/pay', { asUser: true, username: 'asha', key: 'k' });
  await pay();
  begin(ravi);
  assert.equal((await pay()).failure?.kind, 'logged out');
  end();
  assert.equal((await pay()).failure?.kind, 'logged out');
  assert.deepEqual(sent, ['asha-1']);
});

test('a page that is left waits for no login, and what it would have sent is not sent', async (t) => {
  const sent = serve(t, ['asha-1']);
  const leaving = new AbortController();
  const answer = call('/pay', { asUser: true, leaving: leaving.signal });
  await overNow();
  leaving.abort();
  assert.equal((await answer).failure?.kind, 'logged out');
  begin({ ...asha, token: 'asha-2' });
  assert.deepEqual(sent, ['asha-1']);
});

test('a log-out with a token that is over asks for no login', async (t) => {
  serve(t, ['asha-1']);
  const { failure } = await call('/logout', { method: 'POST', asUser: true, renews: false });
  assert.equal(failure?.kind, 'refused');
  assert.equal(isOver.peek(), false);
});
