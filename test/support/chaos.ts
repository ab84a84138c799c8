import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../src/payments/simulator.ts';
import { CARD, startApp, type Person, type TestApp } from './app.ts';
import { startBank } from './bank.ts';
import { tally, type Answer } from './call.ts';
import type { Owner } from './database.ts';
import { startProcess, type Child } from './process.ts';
import { recover, settleFindings } from './recovery.ts';

export type Chaos = { seconds: number; seed: number; processes?: number; clients?: number };
export type Outcome = { kills: number; charges: number; answers: Record<string, number> };

const CARDS = [
  '4242424242424242',
  '4242424242424242',
  '4000000000000002',
  '4000000000000341',
  '4000000000000119',
];
const SEATS = ['A', 'B', 'F', 'G'].flatMap((row) => Array.from({ length: 10 }, (_, i) => `${row}${i + 1}`));

/**
 * Processes on one database are killed at random and started again, while clients hold, pay, top up, cancel and sell.
 * At the end all is accounted for, what clients were told is so, and nothing is left open.
 */
export async function wreakHavoc(
  t: Owner,
  { seconds, seed, processes = 2, clients = 8 }: Chaos,
): Promise<Outcome> {
  const random = seededRandom(seed);
  const bank = await startBank(t, '--delay-ms', '30', '--decline-rate', '0.1', '--seed', String(seed));
  const env = { PAYMENT_GATEWAY_URL: bank.url, HOLD_SECONDS: '3', PAYMENT_TIMEOUT_SECONDS: '2' };
  const app = await startApp(t, { env });
  await app.needs.monitor.stop();
  const start = () => startProcess(t, { ...app, env });
  const alive: Child[] = await Promise.all(Array.from({ length: processes }, start));
  const people = await app.customers(clients, { balance: '1000.00' });
  const shows = [await app.show({ cost: '33.30' })];

  const endsAt = performance.now() + seconds * 1_000;
  const goesOn = () => performance.now() < endsAt;
  const answers: string[] = [];
  let kills = 0;
  const killer = async () => {
    while (goesOn()) {
      await sleep(300 + random() * 1_500);
      const place = Math.floor(random() * processes);
      await alive[place]?.kill('SIGKILL');
      kills += 1;
      alive[place] = await start();
      shows.push(await app.show({ cost: '33.30' }));
    }
  };
  const told: Told[] = [];
  const client = async (person: Person) => {
    const needs = { app, person, shows, random, any: () => alive[Math.floor(random() * processes)] };
    while (goesOn()) {
      const { what, answer } = await deal(needs, told);
      answers.push(`${what} ${answer?.code ?? 'no answer'}`);
    }
  };
  await Promise.all([killer(), ...people.map(client)]);

  await Promise.all(alive.map((child) => child.kill('SIGKILL')));
  const last = await start();
  await recover(app.pool, await bank.charges());
  for (const { says, holds } of told) assert.ok(await holds(app), says);
  await settleFindings(app.pool, await bank.charges());
  await last.kill('SIGTERM');
  return { kills, charges: (await bank.charges()).length, answers: tally(answers) };
}

/** What a client was told that was done, and how to see that it is. */
type Told = { says: string; holds: (app: TestApp) => Promise<boolean> };
type Needs = {
  app: TestApp;
  person: Person;
  shows: number[];
  random: () => number;
  any: () => Child | undefined;
};

/** One thing that a client does, repeated with its key while nobody answers. */
async function deal(needs: Needs, told: Told[]): Promise<{ what: string; answer: Answer | undefined }> {
  const { app, person, shows, random } = needs;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const card = { ...CARD, card_number: pick(CARDS) };
  const show = pick(shows.slice(-3));
  const chance = random();
  if (chance < 0.2) {
    const amount = Math.ceil(random() * 5_000) / 100;
    const answer = await insist(needs, '/customer/wallet/add-funds', person, { ...card, amount });
    if (answer?.status === 200) told.push(isCompleted(person, amount));
    return { what: 'top-up', answer };
  }
  const seats = [pick(SEATS)];
  if (chance < 0.25) {
    const guest = {
      show_id: show,
      customer_name: 'Walk In',
      phone_number: '9876543210',
      seat_numbers: seats,
    };
    const answer = await insist(needs, '/admin/create-customer-booking', app.admin, guest);
    if (answer?.status === 201) told.push(isSold(answer));
    return { what: 'walk-in', answer };
  }
  const held = await insist(needs, '/customer/booking/initialize', person, {
    show_id: show,
    seat_numbers: seats,
  });
  const booking = Number(held?.data?.['booking_id']);
  if (held?.code === 'SEATS_UNAVAILABLE' && random() < 0.1) shows.push(await app.show({ cost: '33.30' }));
  if (held?.status !== 201 || chance < 0.35) return { what: 'hold', answer: held };
  if (chance < 0.45) {
    const answer = await needs
      .any()
      ?.cancel(person, booking)
      .catch(() => undefined);
    return { what: 'cancel', answer };
  }
  const method = { payment_method: chance < 0.7 ? 'Card' : 'Wallet', ...(chance < 0.9 && card) };
  const answer = await insist(needs, '/customer/booking/payment', person, { booking_id: booking, ...method });
  if (answer?.status === 200) told.push(isSold(answer));
  return { what: 'payment', answer };
}

async function insist({ any }: Needs, path: string, as: Person, body: object): Promise<Answer | undefined> {
  const headers = { 'idempotency-key': randomUUID() };
  for (let tries = 0; tries < 6; tries++) {
    const answer = await any()
      ?.post(path, { as, body, headers })
      .catch(() => undefined);
    if (answer && answer.status !== 503 && answer.code !== 'REQUEST_IN_PROGRESS') return answer;
    await sleep(150);
  }
  return undefined;
}

const isSold = ({ data }: Answer): Told => {
  const booking = Number(data['booking_id']);
  return {
    says: `booking ${booking} was paid`,
    holds: async (app) => (await app.count('booking', `id = ${booking} and status = 'Confirmed'`)) === 1,
  };
};

const isCompleted = ({ username }: Person, amount: number): Told => ({
  says: `${amount} was added to the wallet of ${username}`,
  holds: async (app) =>
    (await app.count('wallet_transaction', `username = '${username}' and amount = ${amount}`)) > 0,
});
