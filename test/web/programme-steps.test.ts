import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../../web/api/failures.ts';
import type { NewShow, ScheduledShow } from '../../web/api/office-routes.ts';
import { runSteps } from '../../web/desk/programme/run-steps.ts';
import { copiesOf, judge, stepsOf, type Step } from '../../web/desk/programme/steps.ts';
import { boardOf } from '../../web/desk/programme/week.ts';
import { AFTERNOON, LATE, MORNING, showOf } from './office-samples.ts';

const NOW = '2026-11-30T09:00:00';
const MONDAY = [
  showOf('2026-11-30', MORNING),
  showOf('2026-11-30', AFTERNOON, { movieId: 'tt2', cost: 150.1 }),
  showOf('2026-11-30', LATE, { movieId: 'tt3' }),
];
const refused = (status: number, code: string, mayHaveHappened = false): Failure => ({
  kind: 'refused',
  status,
  code,
  message: code,
  requestId: 'r-1',
  faults: [],
  retryAfterMs: undefined,
  mayHaveHappened,
});
const lost: Failure = { kind: 'lost' };
const kinds = (steps: readonly Step[]) => steps.map(({ state }) => state.kind);

/** A server with one show for each slot and day. `line` decides what becomes of each request, in their order. */
function fakeServer(already: readonly ScheduledShow[] = []) {
  const shows = [...already];
  const fake = {
    shows,
    sent: [] as NewShow[],
    line: [] as ('lost before' | 'lost after' | 'cut' | Failure | undefined)[],
    isCut: false,
    isGone: () => false,
    schedule: async (show: NewShow) => {
      const fate = fake.isCut ? 'cut' : fake.line.shift();
      fake.sent.push(show);
      if (fate === 'cut') fake.isCut = true;
      if (fate === 'cut' || fate === 'lost before') return { failure: lost };
      if (typeof fate === 'object') return { failure: fate };
      const slot = [MORNING, AFTERNOON, LATE].find(({ id }) => id === show.slotId) ?? LATE;
      if (boardOf(shows).has(`${show.date} ${show.slotId}`))
        return { failure: refused(400, 'SLOT_NOT_AVAILABLE') };
      shows.push(showOf(show.date, slot, { movieId: show.movieId, cost: Number(show.cost) }));
      return fate === 'lost after' ? { failure: lost } : { data: { id: 1 } };
    },
    look: async () => (fake.isCut ? { failure: lost } : { data: { shows, now: NOW } }),
  };
  return fake;
}

const copy = (already: readonly ScheduledShow[] = [], shifts = [1]) =>
  stepsOf(copiesOf(MONDAY, shifts), boardOf(already), NOW);
const run = (steps: readonly Step[], server: ReturnType<typeof fakeServer>) =>
  runSteps(steps, server, () => undefined);

test('a copy of a day says of each show what would be in its way, before anything is sent', () => {
  const tuesday = [
    showOf('2026-12-01', MORNING, { cost: 250 }),
    showOf('2026-12-01', LATE, { movieId: 'tt9' }),
  ];
  assert.deepEqual(
    copy(tuesday).map(({ state }) => state),
    [{ kind: 'there', costPaise: 25_000 }, { kind: 'ready' }, { kind: 'taken', by: 'Movie tt9' }],
  );
  const wish = copiesOf(MONDAY, [0])[0];
  assert.ok(wish);
  assert.deepEqual(judge(wish, new Map(), NOW), { kind: 'past' });
});

test('a copy schedules what is free, for the same price, and only that', async () => {
  const server = fakeServer([showOf('2026-12-01', MORNING)]);
  assert.deepEqual(kinds(await run(copy(server.shows), server)), ['there', 'scheduled', 'scheduled']);
  assert.deepEqual(server.sent, [
    { movieId: 'tt2', date: '2026-12-01', slotId: 2, cost: '150.10' },
    { movieId: 'tt3', date: '2026-12-01', slotId: 3, cost: '200.00' },
  ]);
});

test('one refusal in the middle stops nothing, and is said at its show', async () => {
  const server = fakeServer();
  server.line = [undefined, refused(400, 'INVALID_MOVIE')];
  const steps = await run(copy(), server);
  assert.deepEqual(kinds(steps), ['scheduled', 'refused', 'scheduled']);
});

test('a slot that another admin takes meanwhile is said with the movie that has it', async () => {
  const steps = copy();
  const server = fakeServer([
    showOf('2026-12-01', AFTERNOON, { movieId: 'tt9' }),
    showOf('2026-12-01', LATE, { movieId: 'tt3' }),
  ]);
  const after = await run(steps, server);
  assert.deepEqual(kinds(after), ['scheduled', 'taken', 'there']);
});

for (const fate of ['lost before', 'lost after'] as const) {
  test(`an answer that is ${fate} the show was written is asked for, and the show is there once`, async () => {
    const server = fakeServer();
    server.line = [undefined, fate];
    const steps = await run(copy(), server);
    assert.deepEqual(kinds(steps), ['scheduled', fate === 'lost after' ? 'there' : 'scheduled', 'scheduled']);
    assert.deepEqual(
      server.shows.map(({ slot }) => slot.id).toSorted((a, b) => a - b),
      [1, 2, 3],
    );
  });
}

test('a cut network stops the copy; going on schedules the rest, and nothing twice', async () => {
  const server = fakeServer();
  server.line = [undefined, 'cut'];
  const stopped = await run(copy(), server);
  assert.deepEqual(kinds(stopped), ['scheduled', 'unknown', 'ready']);
  // The request had arrived all the same.
  server.shows.push(showOf('2026-12-01', AFTERNOON, { movieId: 'tt2' }));
  server.isCut = false;
  const done = await run(stopped, server);
  assert.deepEqual(kinds(done), ['scheduled', 'there', 'scheduled']);
  assert.equal(server.shows.length, 3);

  const again = await run(stepsOf(copiesOf(MONDAY, [1]), boardOf(server.shows), NOW), server);
  assert.deepEqual(kinds(again), ['there', 'there', 'there']);
  assert.equal(server.shows.length, 3);
});

test('a busy server stops the copy with nothing done there, a fault is asked about first', async () => {
  for (const [failure, kind] of [
    [refused(503, 'SERVICE_UNAVAILABLE'), 'failed'],
    [refused(429, 'RATE_LIMITED'), 'failed'],
    [{ kind: 'logged out' } as Failure, 'failed'],
    [refused(503, 'SERVICE_UNAVAILABLE', true), 'scheduled'],
    [refused(504, ''), 'scheduled'],
  ] as const) {
    const server = fakeServer();
    server.line = [failure];
    const [first] = await run(copy(), server);
    assert.equal(first?.state.kind, kind);
  }
});
