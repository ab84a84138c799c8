import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startApp, type Person } from '../../support/app.ts';
import type { Answer, Ask } from '../../support/call.ts';
import { createDatabase, wholeFile } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { startProxy, type Fault } from '../../support/tcp-proxy.ts';
import { ANSWER, application, pictureFields, signedUp } from '../../customers/people.ts';

const { url } = await createDatabase(wholeFile);
const proxy = await startProxy(wholeFile, url);
// As behind a transaction pooler each message has the text of its statement.
const ENV = {
  DATABASE_URL: `${proxy.url}?pgbouncer=true`,
  DATABASE_DIRECT_URL: url,
  DATABASE_REPORTS_URL: url,
};
const app = await startApp(wholeFile, {
  databaseUrl: url,
  env: ENV,
});
await app.needs.monitor.stop();

/** A request that is sound, and whether what it asks for has happened. */
type Wish = { method?: string; path: string; ask: Ask; hasHappened: () => Promise<boolean> };
const mine = ({ username }: Person) => `customer_username = '${username}'`;
const heldBy = async (as: Person, seats = ['A1', 'A2']) =>
  Number((await app.hold(as, await app.show(), seats)).data['booking_id']);

const WISHES: Record<string, () => Promise<Wish>> = {
  'a hold': () => holdWish(),
  'a hold with a key': async () => {
    const wish = await holdWish();
    return { ...wish, ask: { ...wish.ask, headers: { 'idempotency-key': randomUUID() } } };
  },
  'a walk-in': async () => {
    const show = await app.show();
    const guest = { customer_name: 'Walk In Guest', phone_number: '9876543210' };
    return {
      path: '/admin/create-customer-booking',
      ask: { as: app.admin, body: { show_id: show, ...guest, seat_numbers: ['A1', 'A10', 'A2'] } },
      hasHappened: async () => (await app.count('booking', `show_id = ${show}`)) > 0,
    };
  },
  'letting a hold go': async () => {
    const as = await app.customer();
    const booking = await heldBy(as);
    return {
      method: 'DELETE',
      path: `/customer/booking/${booking}/cancel`,
      ask: { as },
      hasHappened: async () => (await app.count('booking', `id = ${booking}`)) === 0,
    };
  },
  'a payment from the wallet': async () => {
    const as = await app.customer({ balance: '500.00' });
    const booking = await heldBy(as);
    return {
      path: '/customer/booking/payment',
      ask: { as, body: { booking_id: booking, payment_method: 'Wallet' } },
      hasHappened: async () => (await app.count('booking', `id = ${booking} and status = 'Confirmed'`)) > 0,
    };
  },
  'a check-in': async () => {
    const as = await app.customer({ balance: '500.00' });
    const booking = await heldBy(as);
    await app.script(`
      update booking set status = 'Confirmed' where id = ${booking};
      delete from pending_booking_tracker where booking_id = ${booking}`);
    await openShow(booking);
    return {
      path: '/check-in/booking',
      ask: { as: app.staff, body: { booking_id: booking } },
      hasHappened: async () => (await app.count('booking', `id = ${booking} and status = 'CheckedIn'`)) > 0,
    };
  },
  'a new show': async () => {
    const date = new Date(Date.now() + ++days * 86_400_000).toISOString().slice(0, 10);
    return {
      path: '/show',
      ask: { as: app.admin, body: { movieId: 'tt0111161', date, slotId: 2, cost: 200 } },
      hasHappened: async () => (await app.count('show', `date = '${date}' and slot_id = 2`)) > 0,
    };
  },
  'a change of the profile': async () => {
    const asha = await signedUp(app);
    const body = { name: 'Asha Menon', email: `new-${asha.email}`, phone_number: asha.number };
    return {
      path: '/customer/update-profile',
      ask: { as: asha, body: { ...body, security_answer: ANSWER } },
      hasHappened: async () => (await app.count('customertable', `email = 'new-${asha.email}'`)) > 0,
    };
  },
  'a new picture': async () => {
    const asha = await signedUp(app);
    const of = `username = '${asha.username}'`;
    const pictureOf = async () =>
      (await app.rows<{ url: string }>(`select profile_img as url from customertable where ${of}`))[0]?.url;
    const before = await pictureOf();
    return {
      path: '/customer/update-profile-image',
      ask: { as: asha, body: { ...pictureFields(), security_answer: ANSWER } },
      hasHappened: async () => (await pictureOf()) !== before,
    };
  },
  'a sign-up': async () => {
    const body = application();
    return {
      path: '/customer/signup',
      ask: { body },
      hasHappened: async () => (await app.count('usertable', `username = '${body.username}'`)) > 0,
    };
  },
  'a change of password': async () => {
    const asha = await signedUp(app);
    return {
      path: '/change-password',
      ask: { as: asha, body: { current_password: asha.password, new_password: 'Lantern@2026' } },
      hasHappened: async () =>
        (await app.count('usertable', `username = '${asha.username}' and session_version > 0`)) > 0,
    };
  },
  'a logout': async () => {
    const as = await app.customer();
    return {
      path: '/logout',
      ask: { as },
      hasHappened: async () => (await app.count('ended_session', `username = '${as.username}'`)) > 0,
    };
  },
  'a proven answer': async () => {
    const { email } = await signedUp(app);
    return {
      path: '/verify-security-answer',
      ask: { body: { email, security_answer: ANSWER } },
      hasHappened: async () => (await app.count('password_reset_tokens', `email = '${email}'`)) > 0,
    };
  },
};
let days = 400;

async function holdWish(): Promise<Wish> {
  const as = await app.customer();
  return {
    path: '/customer/booking/initialize',
    ask: { as, body: { show_id: await app.show(), seat_numbers: ['A1', 'A2'] } },
    hasHappened: async () => (await app.count('booking', mine(as))) > 0,
  };
}

/** Has the show of a booking run now. */
async function openShow(booking: number): Promise<void> {
  const [row] = await app.rows<{ id: number }>(`
    insert into slot (name, start_time, end_time)
    select 'Now', (now() at time zone 'UTC')::time, ((now() at time zone 'UTC') + interval '3 hours')::time
    returning id`);
  await app.script(`
    update show set slot_id = ${row?.id}, date = (now() at time zone 'UTC')::date
    where id = (select show_id from booking where id = ${booking})`);
}

const untilQuiet = () =>
  eventually('nobody is at work in the database', async () => {
    const busy = `datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()
      and application_name <> 'skyfox notices'`;
    return (await app.count('pg_stat_activity', busy)) === 0;
  });

/** Sends a wish with a fault at one of its messages to the database; nothing is thrown where it has fewer. */
async function send(wish: Wish, place: number, fault: Fault): Promise<{ answer: Answer; wasMet: boolean }> {
  let messages = 0;
  let wasMet = false;
  // A statement (Query or Parse), not the opening of a connection; neither what other machines are told nor clean-up.
  const isOurs = (text: string) => /^[QP]/.test(text) && !/pg_notify|skip locked/.test(text);
  void proxy.trap(({ text }) => isOurs(text) && messages++ === place, fault).then(() => (wasMet = true));
  const answer = await app.call(wish.method ?? 'POST', wish.path, wish.ask);
  proxy.disarm();
  return { answer, wasMet };
}

for (const [what, prepare] of Object.entries(WISHES)) {
  for (const fault of ['cut', 'lose the answer'] as const) {
    test(`${what}: wherever the line breaks (${fault}), 503 means that nothing happened, or says that it may have`, async () => {
      const flags: boolean[] = [];
      for (let place = 0; ; place++) {
        const wish = await prepare();
        await untilQuiet();
        const { answer, wasMet } = await send(wish, place, fault);
        await untilQuiet();
        if (answer.status < 300) {
          assert.ok(await wish.hasHappened());
          assert.ok(!wasMet);
          break;
        }
        assert.ok(wasMet);
        assert.deepEqual([answer.status, answer.code], [503, 'SERVICE_UNAVAILABLE'], answer.text);
        const mayHave = answer.json['may_have_happened'];
        assert.ok(mayHave === true || mayHave === undefined);
        const happened = await wish.hasHappened();
        assert.ok(mayHave || !happened, `message ${place}: it has happened`);
        if (mayHave) assert.equal(happened, fault === 'lose the answer', `message ${place}`);
        flags.push(mayHave === true);
      }
      assert.ok(flags.length > 0);
      assert.deepEqual(
        [flags.indexOf(true), flags.at(-1)],
        [flags.length - 1, true],
        'of the last message alone',
      );
    });
  }
}

test('a request that only looks has done nothing, also where it writes something for itself', async () => {
  const as = await app.customer();
  await app.script(`delete from customer_wallet where username = '${as.username}'`);
  const isOpening = ({ text }: { text: string }) => text.includes('insert into customer_wallet');
  const sprung = proxy.trap(isOpening, 'lose the answer');
  const answer = await app.get('/customer/wallet', { as });
  await sprung;
  assert.deepEqual([answer.status, answer.json['may_have_happened']], [503, undefined]);
  assert.equal(await app.count('customer_wallet', `username = '${as.username}'`), 1);
});

test('the API page tells of the field', async () => {
  const { text } = await app.get('/openapi.json');
  assert.ok(text.includes('"may_have_happened":{"type":"boolean"'));
});

test('what follows a commit turns no success into an error', async () => {
  const { seats } = app.needs;
  const faults = async () => {
    const { text } = await app.get('/metrics');
    return Number(/^skyfox_event_faults_total\{source="stream"\} (\d+)/m.exec(text)?.[1]);
  };
  const before = await faults();
  const leave = seats.onChange(() => {
    throw new Error('somebody who watches is broken');
  });
  const wish = await holdWish();
  const answer = await app.post(wish.path, wish.ask);
  leave();
  assert.equal(answer.status, 201);
  assert.equal(await faults(), before + 1);
});

test('a right password logs in, also if its hash cannot be renewed now', async () => {
  const { username, password } = await signedUp(app);
  // Its hash is of a cost that is too low by now.
  const stronger = await startApp(wholeFile, { databaseUrl: url, env: { ...ENV, BCRYPT_COST: '5' } });
  await stronger.needs.monitor.stop();
  const sprung = proxy.trap(({ text }) => text.includes('update usertable'), 'cut');
  const answer = await stronger.post('/login', { body: { username, password } });
  await sprung;
  assert.equal(answer.status, 200, answer.text);
});
