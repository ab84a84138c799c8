import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { test } from 'node:test';
import { moviesOf, rawMovie, silence, startFakeService, status, timed } from './fake-service.ts';

const UNAVAILABLE = { status: 503, code: 'MOVIE_SERVICE_UNAVAILABLE', retryAfterSeconds: 2 };
const MIB = 1024 * 1024;

const broken: Record<string, RequestListener> = {
  'a 500': status(500),
  'a 404 for the list': status(404),
  'a redirect': status(301),
  'no JSON': (_, response) => response.end('<html>It works!</html>'),
  'an empty body': (_, response) => response.end(),
  null: (_, response) => response.end('null'),
  'JSON of another kind': (_, response) => response.end('{"error": "quota exceeded"}'),
  'a list of other things': (_, response) => response.end('[{"sku": 1}, {"sku": 2}]'),
  'a body cut off': (_, response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('[{"imdbID": "tt1"');
    setImmediate(() => response.destroy());
  },
  'a connection cut before the answer': (request) => request.socket.destroy(),
  'no HTTP at all': (request) => request.socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
};

test('whatever a broken service sends, the last known answer serves on', async (t) => {
  const fake = await startFakeService(t);
  for (const [name, answer] of Object.entries(broken)) {
    await t.test(name, async () => {
      const { movies } = moviesOf(fake, { movieCacheSeconds: 0 });
      fake.answer = undefined;
      await movies.list();
      fake.answer = answer;
      for (let i = 0; i < 3; i++) assert.equal((await movies.list()).length, 2);
      assert.equal((await movies.find('tt1'))?.name, 'Title of tt1');
      assert.equal((await movies.describe(['tt1'])).get('tt1')?.name, 'Title of tt1');
    });
  }
});

test('whatever a broken service sends, with no last answer it is unavailable', async (t) => {
  const fake = await startFakeService(t);
  for (const [name, answer] of Object.entries(broken)) {
    await t.test(name, async () => {
      fake.answer = answer;
      const { movies } = moviesOf(fake);
      await assert.rejects(movies.list(), UNAVAILABLE);
      await assert.rejects(movies.find('tt1'), UNAVAILABLE);
      await assert.rejects(movies.describe(['tt1']), UNAVAILABLE);
    });
  }
});

test('a body without end is cut off at 5 MiB', async (t) => {
  const fake = await startFakeService(t);
  let sent = 0;
  fake.answer = (_request, response) => {
    const chunk = Buffer.alloc(MIB / 4, ' ');
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', more);
    more();
  };
  const { value, ms } = await timed(async () =>
    moviesOf(fake)
      .movies.list()
      .catch((error: Error) => error.cause),
  );
  assert.match(String(value), /over 5242880 bytes/);
  assert.ok(ms < 2_000, `${ms} ms`);
  assert.ok(sent < 64 * MIB, `${sent} bytes`);
});

test('a service that nobody listens for is unavailable at once', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert.ok(typeof address === 'object' && address !== null);

  const { movies } = moviesOf({ url: `http://127.0.0.1:${address.port}` });
  const { ms } = await timed(() => assert.rejects(movies.list(), UNAVAILABLE));
  assert.ok(ms < 1_000, `${ms} ms`);
});

test('one failure that may pass is tried again', async (t) => {
  const fake = await startFakeService(t);
  fake.answer = (request, response) => {
    fake.answer = undefined;
    status(503)(request, response);
  };
  assert.equal((await moviesOf(fake).movies.list()).length, 2);
  assert.equal(fake.asked.length, 2);
});

test('a silent service with no last answer is given up within three seconds, by all waiting requests', async (t) => {
  const fake = await startFakeService(t);
  fake.answer = silence;
  const { movies, logged } = moviesOf(fake);
  const { ms } = await timed(() =>
    Promise.all(Array.from({ length: 64 }, () => assert.rejects(movies.list(), UNAVAILABLE))),
  );
  assert.ok(ms < 3_000, `${ms} ms`);
  assert.equal(fake.asked.length, 1, 'however many wait');
  await until(() => logged.length > 0);
  assert.match(String(Object.values(logged[0]?.facts ?? {})), /TimeoutError/, 'the request itself has ended');
});

test('a service that trickles its answer is given up within three seconds too', async (t) => {
  const fake = await startFakeService(t);
  fake.answer = (_request, response) => {
    const drip = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(drip));
  };
  const { ms } = await timed(() => assert.rejects(moviesOf(fake).movies.find('tt1'), UNAVAILABLE));
  assert.ok(ms < 3_000, `${ms} ms`);
});

test('a slow service is waited for', async (t) => {
  const fake = await startFakeService(t);
  fake.answer = (_request, response) =>
    void setTimeout(() => response.end(JSON.stringify(fake.movies)), 1_500);
  assert.equal((await moviesOf(fake).movies.list()).length, 2);
});

test('while the service is silent only the first to find the answer old waits, and not long', async (t) => {
  const fake = await startFakeService(t);
  const { movies } = moviesOf(fake, { movieCacheSeconds: 0 });
  await movies.list();
  fake.answer = silence;

  const first = await timed(() => movies.list());
  assert.equal(first.value.length, 2);
  assert.ok(first.ms < 2_000, `${first.ms} ms`);
  const others = await timed(async () => {
    for (let i = 0; i < 200; i++) assert.equal((await movies.list()).length, 2);
  });
  assert.ok(others.ms < 5_000, `${others.ms} ms for 200, who would wait a quarter of a second each`);
  assert.equal(fake.asked.length, 2, 'one refresh for all of them');
});

test('a service that comes back is noticed', async (t) => {
  const fake = await startFakeService(t);
  const { movies, logged } = moviesOf(fake, { movieCacheSeconds: 0 });
  await movies.list();
  fake.answer = status(401);
  for (let i = 0; i < 4; i++) await movies.list();
  assert.equal(logged.length, 1, 'a row of failures is logged once');

  fake.answer = undefined;
  fake.movies = [rawMovie('tt3')];
  const asked = fake.nextRequest();
  await movies.list();
  await asked;
  await until(async () => (await movies.known()).has('tt3'));
});

test('a service that keeps failing is left alone for a while', async (t) => {
  const fake = await startFakeService(t);
  fake.answer = status(401);
  const { movies } = moviesOf(fake, { pace: { restMs: 200 } });
  for (let i = 0; i < 20; i++) await assert.rejects(movies.list(), UNAVAILABLE);
  assert.equal(fake.asked.length, 5);

  fake.answer = undefined;
  await until(() => movies.list().then(Boolean, () => false));
  assert.equal(fake.asked.length, 6);
});

test('a movie that cannot be asked for does not hold up the list of shows', async (t) => {
  const fake = await startFakeService(t);
  const { movies } = moviesOf(fake, { movieCacheSeconds: 0 });
  await movies.list();
  fake.answer = (request, response) =>
    request.url === '/movies' ? response.end(JSON.stringify(fake.movies)) : status(401)(request, response);
  for (let i = 0; i < 8; i++) {
    assert.equal((await movies.describe(['tt77'])).get('tt77')?.name, 'tt77');
    await assert.rejects(movies.find('tt77'), UNAVAILABLE);
  }

  fake.answer = (request, response) =>
    request.url === '/movies' ? response.end(JSON.stringify(fake.movies)) : undefined;
  const { value, ms } = await timed(() => movies.describe(['tt78', 'tt79', 'tt1']));
  assert.equal(value.get('tt78')?.name, 'tt78');
  assert.ok(ms < 2_000, `${ms} ms, and a request for the movie itself waits 2.8 s`);
  const asked = () => fake.asked.filter((url) => url.endsWith('tt78')).length;
  const before = asked();
  for (let i = 0; i < 50; i++) await movies.describe(['tt78', 'tt79', 'tt1']);
  assert.equal(asked(), before, 'nobody waits for a movie that was slow a moment ago');
});

test('a movie that cannot be asked for does not cut off the list', async (t) => {
  const fake = await startFakeService(t);
  const { movies } = moviesOf(fake, { movieCacheSeconds: 0.5, pace: { restMs: 60_000 } });
  await movies.list();
  fake.answer = (request, response) =>
    request.url === '/movies' ? response.end(JSON.stringify(fake.movies)) : status(401)(request, response);
  for (let i = 0; i < 8; i++) await assert.rejects(movies.find('tt77'), UNAVAILABLE);
  assert.equal(fake.asked.length, 6, 'its page is left alone');

  fake.movies = [rawMovie('tt5')];
  await until(async () => (await movies.known()).has('tt5'));
});

/** Waits for what no event tells: that an answer sent has been taken in. */
async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 3_000; performance.now() < deadline;) {
    if (await met()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('did not come about within three seconds');
}
