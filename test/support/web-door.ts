import type { Browser, Page } from 'playwright-core';
import { scanned, showAt } from '../checkins/door.ts';
import type { Person, TestApp } from './app.ts';
import { openWeb, webOf } from './browser.ts';

/** The address of the check-in of one ticket or booking, for `page.route`. */
export const CHECK_IN = '**/app/api/check-in/booking';

/** A show of today whose door is open and whose seats are sold still, up to the day's last minute. */
export function openShow(app: TestApp): Promise<number> {
  const now = new Date();
  const minutesLeft = 24 * 60 - 1 - (now.getUTCHours() * 60 + now.getUTCMinutes());
  return showAt(app, { inMinutes: Math.min(20, minutesLeft) });
}

/** A paid booking of these seats, as a customer makes it. */
export async function paidBooking(app: TestApp, showId: number, seats: readonly string[]): Promise<number> {
  const customer = await app.customer({ balance: '5000.00' });
  const id = Number((await app.hold(customer, showId, seats)).data['booking_id']);
  await app.pay(customer, id, { payment_method: 'Wallet' });
  return id;
}

/** One for each seat. */
export async function paidBookings(
  app: TestApp,
  showId: number,
  seats: readonly string[],
): Promise<number[]> {
  const ids = [];
  for (const seat of seats) ids.push(await paidBooking(app, showId, [seat]));
  return ids;
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
/** On to the next ticket. A good verdict may lead on by itself meanwhile. */
export async function next(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Next', exact: true });
  if (await button.isVisible()) await button.click({ timeout: 3_000 }).catch(() => undefined);
  await page.locator('dialog.verdict').waitFor({ state: 'detached' });
}

export const unconfirmed = (page: Page) => page.getByRole('region', { name: 'Not confirmed' });
export const recent = (page: Page) => page.getByRole('region', { name: 'Recent scans' });
/** What the browser keeps of scans. */
export const keptScans = (page: Page) =>
  page.evaluate<string[]>(`Object.keys(localStorage).filter((name) => name.startsWith('skyfox.door.'))`);

/** The gates of an app, and tickets for them. */
export function gatesOf(app: TestApp, browser: Browser) {
  let sold = 0;
  return {
    openDoor: async (t: Parameters<typeof openWeb>[0], as: Person = app.staff): Promise<Page> => {
      const page = await openWeb(t, browser, app.base, { as });
      await goToDoor(page, app);
      return page;
    },
    /** A paid booking of a seat of its own, and its ticket. */
    sell: async (showId: number) => {
      const seat = `${'ABCDEFGHIJ'[sold % 10]}${1 + Math.floor(sold++ / 10)}`;
      const id = await paidBooking(app, showId, [seat]);
      return { id, ticket: await ticketOf(app, id) };
    },
    checkIns: (id: number) => app.count('check_in', `booking_id = ${id}`),
  };
}
