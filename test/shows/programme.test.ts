import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../support/app.ts';
import { tally, type Answer } from '../support/call.ts';

type Show = { id: number; date: string; slot: { name: string }; movie: { name: string } };
const showsOf = ({ data }: Answer) => data as unknown as Show[];

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const order = { movieId: 'tt0111161', slotId: 1, cost: 250.5 };

test('a show is scheduled, listed for that day by slot, and found by its id', async (t) => {
  const app = await startApp(t);
  const evening = await app.post('/show', { as: app.admin, body: { ...order, date: day(3), slotId: 3 } });
  const morning = await app.post('/shows', {
    as: app.admin,
    body: { ...order, date: day(3), cost: '100.00' },
  });
  assert.deepEqual([evening.status, morning.status], [201, 201]);
  assert.equal(morning.data['cost'], 100);

  const customer = await app.customer();
  const listed = await app.get(`/shows?date=${day(3)}`, { as: customer });
  assert.deepEqual(
    showsOf(listed).map(({ slot }) => slot.name),
    ['Morning', 'Evening'],
  );
  assert.equal(showsOf(listed)[1]?.date, `${day(3)}T00:00:00Z`);
  assert.equal(showsOf(listed)[1]?.movie.name, 'The Shawshank Redemption');
  const found = await app.get(`/show?id=${showsOf(listed)[1]?.id}`, { as: customer });
  assert.deepEqual(found.data, showsOf(listed)[1]);
});

test('of many requests to schedule the same slot one gets it', async (t) => {
  const app = await startApp(t);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => app.post('/show', { as: app.admin, body: { ...order, date: day(9) } })),
  );
  assert.deepEqual(tally(answers.map(({ code }) => code)), { 201: 1, SLOT_NOT_AVAILABLE: 19 });
});

test('what is wrong with a show is said in the order of the rules', async (t) => {
  const app = await startApp(t);
  const codes = async (body: object) => (await app.post('/show', { as: app.admin, body })).code;
  const nothing = { cost: 0, slotId: 99, movieId: 'tt0000000' };
  assert.equal(await codes({ ...nothing, date: '2030-02-30' }), 'VALIDATION_ERROR');
  assert.equal(await codes({ ...nothing, date: day(-1) }), 'INVALID_COST');
  assert.equal(await codes({ ...nothing, date: day(-1), cost: 10.005 }), 'INVALID_COST');
  assert.equal(await codes({ ...nothing, date: day(-1), cost: 3000.01 }), 'INVALID_COST');
  assert.equal(await codes({ ...nothing, date: day(-1), cost: 10 }), 'INVALID_SLOT');
  assert.equal(await codes({ ...nothing, date: day(-1), cost: 10, slotId: 1 }), 'PAST_DATETIME');
  await app.post('/show', { as: app.admin, body: { ...order, date: day(7) } });
  assert.equal(await codes({ ...nothing, date: day(7), cost: 10, slotId: 1 }), 'SLOT_NOT_AVAILABLE');
  assert.equal(await codes({ ...nothing, date: day(8), cost: 10, slotId: 1 }), 'INVALID_MOVIE');
  assert.equal(await codes({ date: day(8), cost: '1e2' }), 'INVALID_REQUEST');
  assert.equal(await codes({ date: day(8), cost: 10, slotId: 1.5 }), 'INVALID_REQUEST');
});

test('a show is scheduled at most ten years ahead', async (t) => {
  const app = await startApp(t);
  const [{ last, beyond } = { last: '', beyond: '' }] = await app.rows<{ last: string; beyond: string }>(`
    select (today + interval '10 years')::date::text as last,
      (today + interval '10 years 1 day')::date::text as beyond
    from (select (now() at time zone 'UTC')::date as today) calendar`);
  const schedule = (date: string) => app.post('/show', { as: app.admin, body: { ...order, date } });
  for (const date of [
    beyond,
    '2999-01-01',
    '9999-12-31',
    '9999-01-01',
    '10000-01-01',
    '275760-09-13',
    '0000-01-01',
  ]) {
    const answer = await schedule(date);
    assert.deepEqual([answer.status, answer.code], [400, 'VALIDATION_ERROR'], date);
    assert.deepEqual(
      answer.json['errors'],
      [{ field: 'Date', message: 'Invalid value', path: 'date' }],
      date,
    );
  }
  assert.equal((await schedule('0001-01-01')).code, 'PAST_DATETIME');
  assert.equal((await schedule(last)).code, '201');
});

test('customers see today and six days more; the first of repeated dates counts, an empty one is none', async (t) => {
  const app = await startApp(t);
  const customer = await app.customer();
  const codeOf = async (query: string) => (await app.get(`/shows${query}`, { as: customer })).code;
  assert.equal(await codeOf(''), '200');
  assert.equal(await codeOf('?date='), '200');
  assert.equal(await codeOf(`?date=${day(6)}`), '200');
  assert.equal(await codeOf(`?date=${day(6)}&date=${day(60)}`), '200');
  assert.equal(await codeOf(`?date=${day(7)}`), 'DATE_OUT_OF_RANGE');
  assert.equal(await codeOf(`?date=${day(-1)}`), 'DATE_OUT_OF_RANGE');
  assert.equal(await codeOf('?date=2030-02-30'), 'INVALID_DATE');
  assert.equal(await codeOf('?date=0000-01-01'), 'INVALID_DATE');
  assert.equal((await app.get(`/shows?date=${day(300)}`, { as: app.staff })).status, 200);
});

test('ids that are no numbers are told from numbers that nobody has', async (t) => {
  const app = await startApp(t);
  for (const [id, code] of [
    ['abc', 'INVALID_SHOW_ID'],
    ['1.5', 'INVALID_SHOW_ID'],
    ['', 'INVALID_SHOW_ID'],
    ['-1', 'SHOW_NOT_FOUND'],
    ['99999999', 'SHOW_NOT_FOUND'],
    ['9007199254740991', 'SHOW_NOT_FOUND'],
    ['99999999999999999999999', 'SHOW_NOT_FOUND'],
  ]) {
    assert.equal((await app.get(`/show?id=${id}`, { as: app.admin })).code, code, `show ${id}`);
    if (id !== '')
      assert.equal((await app.get(`/shows/${id}/seat-map`, { as: app.admin })).code, code, `map ${id}`);
  }
});

test('a show of another movie service is listed under its id', async (t) => {
  const app = await startApp(t);
  await app.show({ days: 2, movieId: 'tt9999999' });
  const listed = await app.get(`/shows?date=${day(2)}`, { as: app.admin });
  assert.equal(showsOf(listed)[0]?.movie.name, 'tt9999999');
});
