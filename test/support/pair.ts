import assert from 'node:assert/strict';
import { CARD, startApp, type Person } from './app.ts';
import type { Owner } from './database.ts';
import { startProcess } from './process.ts';
import { reachWorkers, type Worker } from './workers.ts';
import { startSimulator } from '../../src/payments/simulator.ts';

export const HOLD = '/customer/booking/initialize';
const PAY = '/customer/booking/payment';

/** The program as two processes that share a port, with a bank that takes so long, and a line to each of the two. */
export async function startBoth(t: Owner, env: Record<string, string> = {}, delayMs = 0) {
  const app = await startApp(t);
  // The app is here for what a test needs; ends of holds are for the two.
  await app.needs.monitor.stop();
  const bank = await startSimulator({ apiKey: 'simulator', delayMs });
  t.after(() => bank.close());
  const settings = { WEB_CONCURRENCY: '2', PAYMENT_GATEWAY_URL: bank.url, ...env };
  const both = await startProcess(t, { databaseUrl: app.databaseUrl, env: settings });
  const [first, second] = await reachWorkers(t, both, app.admin);
  assert.ok(first && second);
  return { app, bank, both, first, second };
}

export const holdAt = ({ ask }: Worker, as: Person, show: number, seats: string[]) =>
  ask('POST', HOLD, { as, body: { show_id: show, seat_numbers: seats } });

export const dataOf = ({ text }: { text: string }) =>
  (JSON.parse(text) as { data: { booking_id: number; status: string }[] & { booking_id: number } }).data;

export const payAt = ({ ask }: Worker, as: Person, booking: number, method = 'Card', headers = {}) =>
  ask('POST', PAY, { as, body: { booking_id: booking, payment_method: method, ...CARD }, headers });

export async function takenAt({ ask }: Worker, as: Person, show: number): Promise<string[]> {
  const { text } = await ask('GET', `/shows/${show}/seat-map`, { as });
  return [...text.matchAll(/"occupied":true,"price":"[\d.]+","seat_number":"(\w+)"/g)].map(
    ([, seat = '']) => seat,
  );
}
