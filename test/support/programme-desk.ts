import type { Page } from 'playwright-core';
import type { TestApp } from './app.ts';

export const MOVIES = { shawshank: 'tt0111161', godfather: 'tt0068646', knight: 'tt0468569' };

export const dialog = (page: Page) => page.getByRole('dialog');
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** A date as the page says it in full. */
export const longName = (date: string) =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString('en-IN', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });

/** The button of a free slot. */
export const free = (page: Page, date: string, slot: string) =>
  button(page, `Schedule a show: ${longName(date)}, ${slot}`);

export async function openWeek(page: Page, desk: string, monday: string): Promise<void> {
  await page.goto(`${desk}?week=${monday}`);
  await page.locator('.week').waitFor();
}

export async function fillShow(page: Page, movie: string, price: string): Promise<void> {
  await dialog(page).getByLabel(movie).check();
  await dialog(page).getByLabel('Price of a Standard seat').fill(price);
}

/** How the shows of a list stand, in their order. */
export const states = async (page: Page) =>
  (await dialog(page).locator('.steps .state').allInnerTexts()).map((text) =>
    text.replace(/^\W\s*/, '').trim(),
  );

/** What is scheduled, as the database has it. */
export const listShows = (app: TestApp) =>
  app.rows<{ date: string; slot: number; movie: string; cost: string }>(
    `select date::text as date, slot_id as slot, movie_id as movie, cost::text as cost from show order by date, slot_id`,
  );
