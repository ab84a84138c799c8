import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTokens } from '../../../src/auth/auth.ts';
import { application } from '../../customers/people.ts';
import { JWT_SECRET, startApp, type Person } from '../../support/app.ts';
import { byHand } from '../../support/by-hand.ts';
import type { Answer, Ask } from '../../support/call.ts';
import { wholeFile } from '../../support/database.ts';

// What a request names is removed by an operator in the same moment: the request has seen it, and cannot refer to it.
const app = await startApp(wholeFile);
const limited = await startApp(wholeFile, { databaseUrl: app.databaseUrl, env: { MAX_SEATS_HELD: '4' } });

/** Sends a request that waits for a removal by hand, which is then committed. */
async function whileRemoving(rows: string, ask: () => Promise<Answer>): Promise<Answer> {
  return byHand(app, async (hand) => {
    await hand.run(`delete from ${rows}`);
    const answering = ask();
    await hand.isWaitedFor();
    await hand.letGo();
    return answering;
  });
}
const keyed = (): Ask['headers'] => ({ 'idempotency-key': randomUUID() });
const HOLD = '/customer/booking/initialize';
const WALK_IN = '/admin/create-customer-booking';
const guest = { customer_name: 'Walk In Guest', phone_number: '9876543210' };

const CLAIMS: Record<string, (show: number, seats: string[]) => Promise<() => Promise<Answer>>> = {
  'a hold': async (show_id, seat_numbers) => {
    const as = await app.customer();
    return () => app.post(HOLD, { as, body: { show_id, seat_numbers } });
  },
  'a hold with a key': async (show_id, seat_numbers) => {
    const as = await app.customer();
    return () => app.post(HOLD, { as, body: { show_id, seat_numbers }, headers: keyed() ?? {} });
  },
  'a hold within a limit': async (show_id, seat_numbers) => {
    const as = await app.customer();
    return () => limited.post(HOLD, { as, body: { show_id, seat_numbers } });
  },
  'a walk-in': async (show_id, seat_numbers) => () =>
    app.post(WALK_IN, { as: app.admin, body: { show_id, seat_numbers, ...guest } }),
  'a walk-in with a key': async (show_id, seat_numbers) => () =>
    app.post(WALK_IN, { as: app.admin, body: { show_id, seat_numbers, ...guest }, headers: keyed() ?? {} }),
};

for (const [what, prepare] of Object.entries(CLAIMS)) {
  test(`${what} while its show is being removed is told that there is none`, async () => {
    const show = await app.show();
    const ask = await prepare(show, ['A1', 'A2']);
    const answer = await whileRemoving(`show where id = ${show}`, ask);
    assert.deepEqual([answer.status, answer.code], [404, 'SHOW_NOT_FOUND'], answer.text);
    assert.equal(answer.json['message'], `Show not found for id: ${show}`);
    assert.equal(await app.count('booking', `show_id = ${show}`), 0);
  });

  test(`${what} while one of its seats is being removed is told which`, async () => {
    await app.script(`insert into seat (seat_number, seat_type) values ('K1', 'Deluxe')`);
    const show = await app.show();
    const ask = await prepare(show, ['A1', 'K1']);
    const answer = await whileRemoving(`seat where seat_number = 'K1'`, ask);
    assert.deepEqual([answer.status, answer.code], [400, 'INVALID_SEAT'], answer.text);
    assert.equal(answer.json['message'], 'Seat K1 not found in seat map');
    assert.equal(await app.count('booking', `show_id = ${show}`), 0);
  });
}

test('a user of the role customer without a customer holds nothing, and is told so, with a key and without', async () => {
  const as = await userWithoutCustomer('half');
  const body = { show_id: await app.show(), seat_numbers: ['A1'] };
  for (const headers of [{}, keyed() ?? {}]) {
    const answer = await app.post(HOLD, { as, body, headers });
    assert.deepEqual([answer.status, answer.code], [404, 'CUSTOMER_NOT_FOUND'], answer.text);
  }
  const late = await limited.post(HOLD, { as, body });
  assert.deepEqual([late.status, late.code], [404, 'CUSTOMER_NOT_FOUND']);
  const nowhere = await app.post(HOLD, { as, body: { ...body, show_id: 987_654_321 } });
  assert.equal(nowhere.code, 'SHOW_NOT_FOUND', 'what is wrong with the show comes first');
  for (const path of [
    '/customer/wallet',
    '/customer/bookings',
    '/customer/profile',
    '/customer/wallet/transactions',
  ]) {
    assert.ok((await app.get(path, { as })).status < 500, path);
  }
});

test('a customer who is removed while holding holds nothing', async () => {
  const as = await app.customer();
  const show = await app.show();
  const answer = await byHand(app, async (hand) => {
    await hand.run(`delete from customertable where username = '${as.username}'`);
    const holding = app.hold(as, show, ['A1']);
    await hand.isWaitedFor();
    await hand.letGo();
    return holding;
  });
  assert.deepEqual([answer.status, answer.code], [404, 'CUSTOMER_NOT_FOUND'], answer.text);
});

test('a key of a user who has just been removed is refused as the token is', async () => {
  const as = await app.customer();
  // Known, as the program remembers for a moment who somebody is.
  assert.equal((await app.get('/customer/bookings', { as })).status, 200);
  const body = { show_id: await app.show(), seat_numbers: ['A1'] };
  const answer = await whileRemoving(`usertable where username = '${as.username}'`, () =>
    app.post(HOLD, { as, body, headers: keyed() ?? {} }),
  );
  assert.deepEqual([answer.status, answer.code], [401, 'INVALID_TOKEN'], answer.text);
});

test('a show in a slot that is being removed is told that there is no such slot', async () => {
  const [slot] = await app.rows<{ id: number }>(
    `insert into slot (name, start_time, end_time) values ('Late', '23:40', '23:50') returning id`,
  );
  const date = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  const body = { movieId: 'tt0111161', date, slotId: slot?.id, cost: 200 };
  const answer = await whileRemoving(`slot where id = ${slot?.id}`, () =>
    app.post('/show', { as: app.admin, body }),
  );
  assert.deepEqual([answer.status, answer.code], [400, 'INVALID_SLOT'], answer.text);
});

test('a sign-up with a question that is being removed is told that there is no such question', async () => {
  const [question] = await app.rows<{ id: number }>(
    `insert into security_questions (question) values ('Which?') returning id`,
  );
  const body = application({ security_question_id: question?.id });
  const answer = await whileRemoving(`security_questions where id = ${question?.id}`, () =>
    app.post('/customer/signup', { body }),
  );
  assert.deepEqual([answer.status, answer.code], [400, 'INVALID_SECURITY_QUESTION'], answer.text);
  assert.equal(await app.count('usertable', `username = '${body.username}'`), 0);
});

test('blanks around a walk-in’s name take no room in its column', async () => {
  const name = `${'Wolfeschlegelstein'.repeat(2)} ${'hausenbergerdorff'.repeat(2)}`.slice(0, 70);
  const body = { show_id: await app.show(), seat_numbers: ['A1'], ...guest, customer_name: `   ${name}  ` };
  const answer = await app.post(WALK_IN, { as: app.admin, body });
  assert.deepEqual([answer.status, answer.data['customer_name']], [201, name], answer.text);
});

/** A user as only SQL makes one: a sign-up makes both or none. */
async function userWithoutCustomer(username: string): Promise<Person> {
  await app.script(
    `insert into usertable (username, password, role) values ('${username}', 'nobody''s', 'customer')`,
  );
  return { username, token: createTokens(JWT_SECRET).issue({ username, role: 'customer', version: 0 }) };
}
