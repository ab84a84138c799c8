import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, unavailable } from '../../../src/platform/errors.ts';
import { createLimits } from '../../../src/platform/limits/limits.ts';
import { counterAnswerers, machineCounter } from '../../../src/platform/limits/machine-limits.ts';
import { createMemoryCounter } from '../../../src/platform/limits/memory-limits.ts';
import {
  aloneOnMachine,
  answerFrom,
  readAnswer,
  type Machine,
} from '../../../src/platform/process/machine.ts';
import { createRedisCounter } from '../../../src/platform/limits/redis-limits.ts';
import { tally } from '../../support/call.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../../src/platform/process/free-port.ts';

const outcome = async (guess: Promise<boolean>) =>
  guess.then(
    (right) => (right ? 'right' : 'wrong'),
    (error: unknown) => (error instanceof Refusal ? error.code : 'fault'),
  );
const wrong = async () => false;
const bucket = (limit: number, seconds = 60) => [{ key: 'door', most: limit, seconds }];

test('failures are forgotten when their time is over, counted from the first', async () => {
  const limits = createLimits(createMemoryCounter());
  const knock = () => outcome(limits.guess(bucket(2, 1), wrong));
  assert.deepEqual([await knock(), await knock(), await knock()], ['wrong', 'wrong', 'RATE_LIMITED']);
  await sleep(1_050);
  assert.deepEqual([await knock(), await knock(), await knock()], ['wrong', 'wrong', 'RATE_LIMITED']);
});

test('a check that could not be made is no failure', async () => {
  const limits = createLimits(createMemoryCounter());
  for (let i = 0; i < 5; i += 1) {
    assert.equal(
      await outcome(limits.guess(bucket(1), () => Promise.reject(unavailable()))),
      'SERVICE_UNAVAILABLE',
    );
  }
  assert.equal(await outcome(limits.guess(bucket(1), async () => true)), 'right');
  assert.equal(await outcome(limits.guess(bucket(1), wrong)), 'wrong');
});

test('guesses that are checked together cannot fail more often than the limit, and a right guess waits a little', async () => {
  const limits = createLimits(createMemoryCounter());
  const slowly = (right: boolean) => async () => {
    await sleep(20);
    return right;
  };
  const together = (right: boolean) =>
    Promise.all(Array.from({ length: 30 }, () => outcome(limits.guess(bucket(5), slowly(right)))));
  assert.deepEqual(tally(await together(true)), { right: 30 });
  assert.deepEqual(tally(await together(false)), { wrong: 5, RATE_LIMITED: 25 });
});

test('a refusal by one limit takes nothing from the others', async () => {
  const limits = createLimits(createMemoryCounter());
  const both = [
    { key: 'narrow', most: 1, seconds: 60 },
    { key: 'wide', most: 3, seconds: 60 },
  ];
  const outcomes = [];
  for (let i = 0; i < 5; i += 1) outcomes.push(await outcome(limits.guess(both, wrong)));
  assert.deepEqual(tally(outcomes), { wrong: 1, RATE_LIMITED: 4 });
  const wide = both.slice(1);
  assert.deepEqual(
    [await outcome(limits.guess(wide, wrong)), await outcome(limits.guess(wide, wrong))],
    ['wrong', 'wrong'],
  );
});

test('with Redis down the count goes on in memory, and the log says so once', async () => {
  const said: string[] = [];
  const say = (...parts: unknown[]) => void said.push(String(parts.at(-1)));
  const url = `redis://127.0.0.1:${await freePort()}`;
  const counters = createRedisCounter({ url, log: { info: say, warn: say } }, createMemoryCounter());
  const limits = createLimits(counters);
  const outcomes = [];
  for (let i = 0; i < 6; i += 1) outcomes.push(await outcome(limits.guess(bucket(4), wrong)));
  await counters.close();
  assert.deepEqual(tally(outcomes), { wrong: 4, RATE_LIMITED: 2 });
  assert.deepEqual(said, ['Redis is down: the limits on guessing count in this machine alone']);
});

test('a Redis that falls silent holds up a few guesses and then none', async (t) => {
  const redis = await startFakeRedis(t);
  const log = { info: () => {}, warn: () => {} };
  const counters = createRedisCounter({ url: redis.url, log }, createMemoryCounter());
  t.after(() => counters.close());
  const askedMs = async () => {
    const askedAt = performance.now();
    await counters.admit(bucket(1_000));
    return performance.now() - askedAt;
  };
  await askedMs();
  redis.fallSilent();
  assert.ok((await askedMs()) > 400, 'the first waits for an answer');
  await eventually('the next do not wait', async () => (await askedMs()) < 100);
});

test('a window of failures ends when its time is over, however late in it others fail', async (t) => {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const limits = createLimits(createMemoryCounter());
  const knock = () => outcome(limits.guess(bucket(2), wrong));
  assert.equal(await knock(), 'wrong');
  now += 59_000;
  assert.deepEqual([await knock(), await knock()], ['wrong', 'RATE_LIMITED']);
  now += 1_001;
  assert.deepEqual([await knock(), await knock(), await knock()], ['wrong', 'wrong', 'RATE_LIMITED']);
});

test('a window begins with a failure, not with a right guess before it', async (t) => {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const limits = createLimits(createMemoryCounter());
  const knock = (check = wrong) => outcome(limits.guess(bucket(2), check));
  assert.equal(await knock(async () => true), 'right');
  now += 59_000;
  assert.deepEqual([await knock(), await knock()], ['wrong', 'wrong']);
  now += 2_000;
  assert.equal(await knock(), 'RATE_LIMITED');
});

test('right guesses that end after a window make no room for more failures in the next', async (t) => {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const limits = createLimits(createMemoryCounter());
  const knock = (check = wrong) => outcome(limits.guess(bucket(3), check));
  const checked = Promise.withResolvers<boolean>();
  assert.equal(await knock(), 'wrong');
  const underWay = [knock(() => checked.promise), knock(() => checked.promise)];
  now += 61_000;
  checked.resolve(true);
  assert.deepEqual(await Promise.all(underWay), ['right', 'right']);
  const later = [];
  for (let i = 0; i < 5; i += 1) later.push(await knock());
  assert.deepEqual(tally(later), { wrong: 3, RATE_LIMITED: 2 });
});

test('a guess that a primary process admits too late does not count as under way', async () => {
  const answer = answerFrom(counterAnswerers(createMemoryCounter()));
  const late: (() => Promise<unknown>)[] = [];
  let standsStill = true;
  const machine: Machine = {
    ...aloneOnMachine([]),
    async ask(question, input) {
      const give = () => answer(question.name, input, 1);
      if (!standsStill) return readAnswer(question, await give());
      late.push(give);
      throw unavailable();
    },
  };
  const limits = createLimits(machineCounter(machine));
  const right = async () => true;
  assert.equal(await outcome(limits.guess(bucket(1), right)), 'SERVICE_UNAVAILABLE');
  standsStill = false;
  for (const give of late) await give();
  assert.equal(await outcome(limits.guess(bucket(1), right)), 'right');
});

/** Lets every guess in, until it takes connections and answers nothing. */
async function startFakeRedis(t: TestContext) {
  const clients = new Set<Socket>();
  let isSilent = false;
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined);
    client.setEncoding('utf8').on('data', (text: string) => {
      if (isSilent) return;
      // A command is an array of strings: *2 $4 INFO $6 server.
      for (const [, name] of text.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g))
        client.write(name === 'eval' ? ':0\r\n' : name === 'info' ? '$9\r\nloading:0\r\n' : '+OK\r\n');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.close();
    for (const client of clients) client.destroy();
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fallSilent() {
      isSilent = true;
    },
  };
}
