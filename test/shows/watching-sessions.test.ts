import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createWatching } from '../../src/shows/shows.ts';
import { startApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';

test('a stream ends when its session ends, and not because nobody can say whether it has', async (t) => {
  const app = await startApp(t);
  const showId = await app.show();
  const open = async (session: { endsInMs?: number; isLive?: () => Promise<boolean> }) => {
    const stream = await app.needs.watching.open(showId, {
      endsInMs: 60_000,
      isLive: async () => true,
      ...session,
    });
    t.after(() => stream.destroy());
    return stream.resume();
  };
  const ended = async (session: Parameters<typeof open>[0]) => {
    const stream = await open(session);
    await eventually('the stream ends', () => stream.readableEnded, 4_000);
  };
  let asked = 0;
  const lasting = await open({});
  const doubtful = await open({
    isLive: async () => {
      asked += 1;
      throw new Error('the database is away');
    },
  });
  await ended({ endsInMs: 20 });
  assert.equal(asked, 0, 'its own end is not waited for until somebody looks');
  await ended({ isLive: async () => false });
  assert.ok(asked > 0);
  assert.ok(!lasting.readableEnded && !doubtful.readableEnded);
});

test('a stream without changes gets a comment every quarter of a minute, and a closed stream costs nothing', async (t) => {
  const app = await startApp(t);
  const showId = await app.show();
  t.mock.timers.enable({ apis: ['setInterval'] });
  const watching = createWatching(app.needs);
  const get = t.mock.method(app.needs.seats.maps, 'get');
  let asked = 0;
  const isLive = async () => {
    asked += 1;
    return true;
  };
  const open = async () => {
    const stream = await watching.open(showId, { endsInMs: 60_000, isLive });
    stream.setEncoding('utf8');
    return stream;
  };
  const [stream, other] = [await open(), await open()];
  const text = () => String(stream.read() ?? '');
  assert.match(text(), /^retry: 1000\nid: \d+\nevent: seats\ndata: {"occupied":\[\],"held":\[\]}\n\n$/);
  t.mock.timers.tick(14_999);
  assert.equal(text(), '');
  t.mock.timers.tick(1);
  assert.equal(text(), ':\n\n');

  other.destroy();
  await once(other, 'close');
  assert.equal(watching.watchers(), 1);
  asked = 0;
  t.mock.timers.tick(1_500);
  assert.equal(asked, 1, 'only open streams');
  stream.destroy();
  await once(stream, 'close');
  assert.equal(watching.watchers(), 0);
  const looks = get.mock.callCount();
  t.mock.timers.tick(3_000);
  assert.deepEqual([get.mock.callCount(), asked], [looks, 1]);

  const again = await open();
  await app.hold(await app.customer(), showId, ['A1']);
  await eventually('a later stream is told', () => String(again.read() ?? '').includes('["A1"]'));
  watching.close();
  again.resume();
  await once(again, 'end');
  // The app's stop needs its interval.
  t.mock.timers.reset();
});
