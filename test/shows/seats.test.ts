import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFaults } from '../../src/platform/process/faults.ts';
import { aloneOnMachine, type Topic } from '../../src/platform/process/machine.ts';
import { firstChange } from '../../src/shows/seat-map.ts';
import { createSeats, isSeatChange } from '../../src/shows/seats.ts';

const empty = { occupied: [], held: [], version: '' };
const change = { showId: 7, date: '2030-01-02' };

/** Seats of a process among others, with an answer ready under each key. */
async function open() {
  const told: unknown[] = [];
  const announced = Promise.withResolvers<void>();
  let hear: (items: readonly unknown[]) => void = () => {};
  const machine = {
    ...aloneOnMachine([]),
    broadcast: (topic: Topic<never>, item: unknown) => {
      told.push([topic.name, item]);
      return announced.promise;
    },
    onBroadcast: <Item>(topic: Topic<Item>, listener: (items: readonly Item[]) => void) => {
      assert.equal(topic.name, 'seats');
      hear = (items) => listener(items.filter(topic.isItem));
    },
  };
  const log = { debug() {}, info() {}, warn() {}, error() {} } as never;
  const seats = createSeats({
    machine,
    log,
    faults: createFaults(log, () => {}),
    tellOthers: (item) => told.push(['others', item]),
    hearsChanges: () => false,
    readMap: async () => ({ data: 1, facts: empty }),
  });
  const kept = { data: 1, facts: undefined };
  const ready = {
    map: await seats.findMap(7),
    'another map': await seats.findMap(8),
    day: await seats.days.get('2030-01-02', async () => ({ ...kept, facts: { inReach: true } })),
    today: await seats.days.get('today', async () => ({ ...kept, facts: { inReach: true } })),
    'another day': await seats.days.get('2030-01-03', async () => ({ ...kept, facts: { inReach: true } })),
    slots: await seats.slots.get('2030-01-02', async () => kept),
    'slots of today': await seats.slots.get('today', async () => kept),
    'all slots': await seats.slots.get('all', async () => kept),
  };
  const valid = () => Object.entries(ready).flatMap(([name, answer]) => (answer.isValid() ? [name] : []));
  return { seats, told, announced, hear: (...items: unknown[]) => hear(items), valid };
}
const UNTOUCHED = ['another map', 'another day', 'all slots'];

test('a change drops what it makes untrue here before anybody else is told, and is told to all', async () => {
  const { seats, told, announced, valid } = await open();
  const listened: unknown[] = [];
  seats.onChange((item) => listened.push([item, valid()]));
  let isDone = false;
  const telling = seats.changed(change).then(() => (isDone = true));
  assert.deepEqual(valid(), UNTOUCHED);
  assert.deepEqual(listened, [[change, UNTOUCHED]]);
  assert.deepEqual(told, [
    ['others', change],
    ['seats', change],
  ]);
  await new Promise(setImmediate);
  assert.equal(isDone, false, 'until the other processes have heard');
  announced.resolve();
  await telling;
});

test('a change that another process or machine tells of is heard, and told no further', async () => {
  for (const how of ['process', 'machine']) {
    const { seats, hear, told, valid } = await open();
    const listened: unknown[] = [];
    const stop = seats.onChange((item) => listened.push(item));
    if (how === 'process') hear('nonsense', null, { showId: '7', date: '' }, { showId: 7 }, change);
    else seats.heard([change]);
    assert.deepEqual([valid(), listened, told], [UNTOUCHED, [change], []]);
    stop();
    seats.heard([change]);
    assert.equal(listened.length, 1);
  }
});

test('where notices may have been lost nothing is known any more', async () => {
  const { seats, valid } = await open();
  seats.forgetAll();
  assert.deepEqual(valid(), []);
});

test('only what names a show and a day is a change of seats', () => {
  assert.ok(isSeatChange(change));
  for (const item of [
    null,
    undefined,
    7,
    'seats',
    {},
    { showId: 7 },
    { date: '' },
    { ...change, showId: 1.5 },
    { ...change, date: 1 },
  ])
    assert.equal(isSeatChange(item), false, JSON.stringify(item));
});

test('the first change to come is the earliest end that is not past', () => {
  assert.equal(firstChange([null, 30, -5, 0, 20, null]), 20);
  assert.equal(firstChange([null, -5, 0]), Number.POSITIVE_INFINITY);
  assert.equal(firstChange([]), Number.POSITIVE_INFINITY);
});
