import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTokens } from '../../src/auth/auth.ts';
import { CARD, JWT_SECRET, startApp, type Person, type TestApp } from '../support/app.ts';
import { audit } from '../support/audit.ts';
import { wholeFile } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { reconcile } from '../support/reconcile.ts';

// What a charge is to buy is refused by the database: before anything is charged if that can be known, else the charge
// is listed. Never a 500, never a stack.
const app = await startApp(wholeFile);
const CUT = { ...CARD, card_number: '4000000000000341' };
const SLOW = { ...CARD, card_number: '4000000000003220' };

const addFunds = (as: Person, amount: number, card: object = CARD, where: Pick<TestApp, 'post'> = app) =>
  where.post('/customer/wallet/add-funds', { as, body: { ...card, amount } });
const attemptsOf = ({ username }: Person) =>
  app.rows<{ id: number; status: string; transaction: string | null; reason: string | null }>(
    `select id, status, transaction_id as transaction, reason from payment_transaction
    where customer_username = '${username}' order by id`,
  );
const charges = () => app.bank.charges().length;
const isUnderWay = async (person: Person) => (await attemptsOf(person)).at(-1)?.status === 'Processing';

/** A user with the role of a customer, without a customer's row, as SQL or another tool may leave one. */
async function nobody(): Promise<Person> {
  const username = `nobody${process.hrtime.bigint()}`;
  await app.script(
    `insert into usertable (username, password, role) values ('${username}', 'none', 'customer')`,
  );
  return { username, token: createTokens(JWT_SECRET).issue({ username, role: 'customer', version: 0 }) };
}

/** Takes a customer's row away, as an operator may by SQL while there is no history. */
const strike = ({ username }: Person) =>
  app.script(`delete from customer_wallet where username = '${username}';
    delete from customertable where username = '${username}'`);

async function resolve(id: number, ...words: string[]) {
  const { status, stdout, stderr } = await reconcile(app.databaseUrl, '--resolve', String(id), ...words);
  assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
  return { status, said: stdout + stderr };
}

test('a user without a customer’s row is told so by the wallet, and no card is charged', async () => {
  const person = await nobody();
  const before = charges();
  for (const answer of [
    await app.get('/customer/wallet', { as: person }),
    await addFunds(person, 10),
    await app.post('/customer/wallet/add-funds', {
      as: person,
      body: { ...CARD, amount: 10 },
      headers: { 'idempotency-key': 'nobody-1' },
    }),
  ])
    assert.deepEqual([answer.status, answer.code], [404, 'CUSTOMER_NOT_FOUND']);
  assert.deepEqual(await attemptsOf(person), []);
  assert.equal(charges(), before);
});

test('a customer who is deleted during the charge: the charge is listed, and can be refunded but not credited', async () => {
  const person = await app.customer();
  const adding = addFunds(person, 10, SLOW);
  await eventually('the charge has begun', () => isUnderWay(person));
  await strike(person);
  const answer = await adding;
  assert.deepEqual([answer.status, answer.code], [409, 'PAYMENT_UNRESOLVED']);

  const [attempt] = await attemptsOf(person);
  assert.ok(attempt);
  assert.equal(attempt.status, 'Unknown');
  assert.equal(attempt.transaction, app.bank.charges().at(-1)?.transaction_id);
  const refused = await resolve(attempt.id, 'credited');
  assert.equal(refused.status, 1);
  assert.match(
    refused.said,
    new RegExp(`^attempt ${attempt.id}: ${person.username} is no customer.*refund it\n$`),
  );
  assert.equal((await resolve(attempt.id, 'refunded')).status, 0);
});

/** A trigger of another tool that drops what is written, while the charge of a booking is under way. */
async function payDespiteTrigger(on: string, balance: string, method: 'Card' | 'Wallet') {
  const person = await app.customer({ balance });
  const id = Number((await app.hold(person, await app.show(), ['A1', 'A2'])).data['booking_id']);
  const body = { booking_id: id, payment_method: method, ...SLOW };
  const ask = { as: person, body, headers: { 'idempotency-key': `trigger-${id}` } };
  const paying = app.post('/customer/booking/payment', ask);
  await eventually('the charge has begun', () => isUnderWay(person));
  await app.script(`
    update customer_wallet set balance = 900 where username = '${person.username}' and '${method}' = 'Wallet';
    create function drop_it() returns trigger language plpgsql as 'begin return null; end';
    create trigger dropped before ${on} for each row execute function drop_it()`);
  const answer = await paying;
  await app.script('drop function drop_it cascade');
  const again = await app.post('/customer/booking/payment', ask);
  assert.deepEqual([answer.code, again.code], ['PAYMENT_UNRESOLVED', 'PAYMENT_UNRESOLVED']);
  const [attempt] = await attemptsOf(person);
  assert.ok(attempt?.transaction);
  assert.equal(attempt.status, 'Unknown');
  assert.equal(await app.count('booking', `id = ${id} and status = 'Pending'`), 1);
  assert.equal(await app.count('pending_booking_tracker', `booking_id = ${id} and paying_until is null`), 1);
  return { person, attempt };
}

test('a charged booking that a trigger of another tool keeps from being confirmed is listed, and nobody is told that it is paid', async () => {
  const { attempt } = await payDespiteTrigger('update of status on booking', '0.00', 'Card');
  assert.equal((await resolve(attempt.id, 'confirmed')).status, 0);
});

test('a charge that cannot be added to the wallet takes no price from it, though it holds enough by then', async () => {
  const { person, attempt } = await payDespiteTrigger('insert on customer_wallet', '150.00', 'Wallet');
  assert.equal((await app.get('/customer/wallet', { as: person })).data['balance'], 900);
  await app.script(`update customer_wallet set balance = 150 where username = '${person.username}'`);
  assert.equal((await resolve(attempt.id, 'refunded')).status, 0);
});

test('a charge of a deleted account gives nothing to a new account of the same name', async () => {
  const gone = await app.customer();
  const booking = Number((await app.hold(gone, await app.show(), ['A1'])).data['booking_id']);
  await app.pay(gone, booking, { payment_method: 'Card', ...CUT });
  await app.cancel(gone, booking);
  await addFunds(gone, 10, CUT);
  const [payment, topUp] = await attemptsOf(gone);
  assert.ok(payment && topUp);
  const { username } = gone;
  await app.script(`
    create temporary table born as select * from customertable where username = '${username}';
    delete from usertable where username = '${username}';
    insert into usertable (username, password, role) values ('${username}', 'x', 'customer');
    insert into customertable select * from born;
    drop table born`);
  // As where a process that stood still settles them only now.
  await app.script(
    `update payment_transaction set processed_at = clock_timestamp() where customer_username = '${username}'`,
  );

  for (const [attempt, word] of [
    [topUp, 'credited'],
    [payment, 'credited'],
    [payment, 'confirmed'],
  ] as const) {
    const { status, said } = await resolve(attempt.id, word);
    assert.deepEqual(
      [status, said],
      [1, `attempt ${attempt.id}: ${username} is another customer by now: refund it\n`],
    );
  }
  assert.equal(await app.count('customer_wallet', `username = '${username}' and balance > 0`), 0);
  for (const attempt of [payment, topUp]) assert.equal((await resolve(attempt.id, 'refunded')).status, 0);
});

test('top-ups at once cannot bring a wallet more than its column takes: what has no room is not charged', async () => {
  const person = await app.customer({ balance: '99999980.00' });
  const before = charges();
  const answers = await Promise.all(Array.from({ length: 5 }, () => addFunds(person, 9, SLOW)));
  const codes = answers.map(({ code }) => code).toSorted();
  assert.deepEqual(codes, ['200', '200', 'AMOUNT_TOO_LARGE', 'AMOUNT_TOO_LARGE', 'AMOUNT_TOO_LARGE']);
  assert.equal(charges() - before, 2);
});

test('a charge that a wallet has no room for any more is not credited either, and the operator is told why', async () => {
  const person = await app.customer();
  await addFunds(person, 10, CUT);
  await app.script(`update customer_wallet set balance = 99999999.99 where username = '${person.username}'`);
  const [attempt] = await attemptsOf(person);
  const refused = await resolve(attempt?.id ?? 0, 'credited');
  assert.equal(refused.status, 1);
  assert.match(
    refused.said,
    /^the database does not take it \(numeric field overflow\): settle it otherwise\n$/,
  );
  await app.script(`update customer_wallet set balance = 0 where username = '${person.username}'`);
  assert.equal((await resolve(attempt?.id ?? 0, 'credited')).status, 0);
});

test('a payment that cannot be confirmed once its card is charged: listed, its mark off, and no 500', async () => {
  const person = await app.customer();
  const booking = Number((await app.hold(person, await app.show(), ['A1'])).data['booking_id']);
  await app.script(`create function refuse() returns trigger language plpgsql as $$ begin
      if new.status = 'Confirmed' and new.id = ${booking} then
        raise exception 'not this one' using errcode = 'check_violation';
      end if;
      return new; end $$;
    create trigger refuse before update on booking for each row execute function refuse()`);
  const answer = await app.pay(person, booking);
  assert.deepEqual([answer.status, answer.code], [409, 'PAYMENT_UNRESOLVED']);
  const [attempt] = await attemptsOf(person);
  assert.equal(attempt?.status, 'Unknown');
  assert.equal(attempt.transaction, app.bank.charges().at(-1)?.transaction_id);
  assert.equal(
    await app.count('pending_booking_tracker', `booking_id = ${booking} and paying_until is null`),
    1,
  );

  const refused = await resolve(attempt.id, 'confirmed');
  assert.match(refused.said, /^the database does not take it \(not this one\)/);
  await app.script('drop trigger refuse on booking; drop function refuse()');
  assert.equal((await resolve(attempt.id, 'confirmed')).status, 0);
});

test('a booking that is written anew needs its customer, and its number must not be another’s by now', async () => {
  const [gone, other] = [await app.customer(), await app.customer()];
  const show = await app.show();
  const lost = Number((await app.hold(gone, show, ['A1'])).data['booking_id']);
  await app.pay(gone, lost, { payment_method: 'Card', ...CUT });
  await app.cancel(gone, lost);
  await strike(gone);
  const [attempt] = await attemptsOf(gone);
  assert.ok(attempt);
  const refused = await resolve(attempt.id, 'confirmed');
  assert.equal(refused.status, 1);
  assert.match(refused.said, /^the database does not take it \(.*fk_booking_customer_username.*\n$/);

  // After a restore, numbers are given again.
  const theirs = Number((await app.hold(other, show, ['A1'])).data['booking_id']);
  await app.script(`update payment_transaction set original_booking_id = ${theirs} where id = ${attempt.id}`);
  assert.match(
    (await resolve(attempt.id, 'confirmed')).said,
    /is somebody else's by now: refund or credit it/,
  );
  assert.equal(await app.count('booking', `id = ${theirs} and status = 'Pending'`), 1);
  assert.equal((await resolve(attempt.id, 'refunded')).status, 0);
});

test('an operator who names a transaction must name the known one', async () => {
  const person = await app.customer();
  await addFunds(person, 10, CUT);
  const [attempt] = await attemptsOf(person);
  const id = attempt?.id ?? 0;
  await app.script(`update payment_transaction set transaction_id = 'tx-known' where id = ${id}`);
  const wrong = await resolve(id, 'credited', '--transaction', 'tx-other');
  assert.match(wrong.said, /was charged as transaction tx-known, not tx-other/);
  assert.equal((await resolve(id, 'failed', '--transaction', 'tx-known')).status, 1, 'what failed has none');
  await app.script(`update payment_transaction set transaction_id = null where id = ${id}`);
  assert.equal((await resolve(id, 'credited', '--transaction', 'tx-other')).status, 0);
  const moves = await app.rows(
    `select transaction_id from wallet_transaction where username = '${person.username}'`,
  );
  assert.deepEqual(moves, [{ transaction_id: 'tx-other' }]);
});

test('at the end every charge is accounted for', async () => {
  assert.deepEqual((await audit(app.pool, app.bank.charges())).attempts, []);
});
