import type { Page } from 'playwright-core';
import { scanned, showAt } from '../checkins/door.ts';
import type { TestApp } from './app.ts';
import { webOf } from './browser.ts';

/** A show of today whose door is open, whatever the hour is. */
export const openShow = (app: TestApp): Promise<number> =>
  showAt(app, { inMinutes: new Date().getUTCHours() === 23 ? -20 : 20 });

/** A paid booking of these seats, as a customer makes it. */
export async function paidBooking(app: TestApp, showId: number, seats: readonly string[]): Promise<number> {
  const customer = await app.customer({ balance: '5000.00' });
  const id = Number((await app.hold(customer, showId, seats)).data['booking_id']);
  await app.pay(customer, id, { payment_method: 'Wallet' });
  return id;
}

export async function pdfOf(app: TestApp, bookingId: number): Promise<Buffer> {
  const { data } = await app.get(`/booking/${bookingId}/pdf`, { as: app.staff });
  return Buffer.from(String(data['pdf']), 'base64');
}

export const ticketOf = (app: TestApp, bookingId: number) => scanned(app, bookingId);

/** The door as a user of it has it who is logged in already (`openWeb` with `as`). */
export async function goToDoor(page: Page, app: Pick<TestApp, 'base'>): Promise<void> {
  await page.goto(`${webOf(app)}/door/`);
  await page.getByRole('heading', { name: 'Door', level: 1 }).waitFor();
}

/** Types as a USB scanner does: fast, each line ended by Enter. */
export const typeAsScanner = (page: Page, text: string) => page.keyboard.type(`${text}\n`);

/** The verdict that covers the page. */
export const verdict = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true });
export const next = (page: Page) => page.getByRole('button', { name: 'Next', exact: true }).click();
