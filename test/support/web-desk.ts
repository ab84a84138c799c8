import type { Page } from 'playwright-core';
import type { TestApp } from './app.ts';
import { webOf } from './browser.ts';

export const deskOf = (app: Pick<TestApp, 'base'>) => `${webOf(app)}/desk`;
export const seatOf = (page: Page, number: string) =>
  page.getByRole('button', { name: new RegExp(`^${number}, `) });

const SLOTS = 4;

/** Makes shows of the coming days, one for each test. */
export function showsToSell(app: Pick<TestApp, 'show'>): () => Promise<number> {
  let made = 0;
  return () => {
    const at = made++;
    return app.show({ days: 1 + Math.floor(at / SLOTS), slotId: 1 + (at % SLOTS), cost: '200' });
  };
}

/** The counter with this show. */
export async function openCounter(page: Page, app: TestApp, showId: number): Promise<void> {
  const [show] = await app.rows<{ date: string }>(`select date::text from show where id = ${showId}`);
  await page.goto(`${deskOf(app)}/?date=${show?.date ?? ''}&show=${showId}`);
  await seatOf(page, 'A1').waitFor();
}

export async function fillSale(page: Page, seats: readonly string[], { cash = '' } = {}): Promise<void> {
  for (const seat of seats) await seatOf(page, seat).click();
  await page.getByLabel('Name').fill('Ravi Kumar');
  await page.getByLabel('Telephone number').fill('98765 43210');
  await page.getByLabel('Cash given').fill(cash);
}

export const pressSell = (page: Page) => page.getByRole('button', { name: /^Sell for / }).click();
export const soldNotice = (page: Page) => page.getByRole('heading', { name: /^Sold\. Booking \d+$/ });

export async function logInAt(page: Page, username: string, password = 'foobar'): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
