import type { Page } from 'playwright-core';
import { CARD, type Person, type TestApp } from './app.ts';
import { fillCard, pressPay, ticketCode } from './browser.ts';

export type Visitor = Person & { email: string };
/** A page of the web app in one of its states: how a browser gets there. `as` where somebody is logged in. */
export type State = { name: string; isOpen?: boolean; reach: (page: Page, web: string) => Promise<void> };

export const failWith = (status: number) => ({
  status,
  json: { status: 'ERROR', code: 'INTERNAL_ERROR', message: 'x', request_id: 'r-1' },
});
export const never = () => new Promise<void>(() => undefined);

/** Pages and states of web.md's table, on a database with what they show. */
export async function prepareStates(app: TestApp, visitor: Visitor): Promise<State[]> {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const showId = await app.show({ days: 1, slotId: 2, cost: '220.50' });
  const other = await app.customer();
  await app.hold(other, showId, ['C4', 'C5']);
  const sold = Number((await app.hold(other, showId, ['D1'])).data['booking_id']);
  await app.pay(other, sold);
  const hold = async (seats: string[]) => Number((await app.hold(visitor, showId, seats)).data['booking_id']);
  const paid = await hold(['A1', 'A2']);
  await app.pay(visitor, paid);
  const ended = await app.show({ days: 3, slotId: 1 });
  const past = Number((await app.hold(visitor, ended, ['A1'])).data['booking_id']);
  await app.pay(visitor, past);
  await app.script(`update show set date = date - 4 where id = ${ended}`);
  const held = await hold(['B1']);
  const unknown = await hold(['B2']);
  await app.pay(visitor, unknown, { payment_method: 'Card', ...CARD, card_number: '4000000000000127' });
  const at = (path: string, ready: (page: Page) => Promise<unknown>) => async (page: Page, web: string) => {
    await page.goto(web + path);
    await ready(page);
  };
  const heading = (name: string | RegExp) => (page: Page) =>
    page.getByRole('heading', { name }).first().waitFor();
  const pay = (card: string, ready: (page: Page) => Promise<unknown>) => async (page: Page, web: string) => {
    await page.goto(`${web}/pay/${held}`);
    await fillCard(page, card);
    await pressPay(page);
    await ready(page);
  };
  const seats = (page: Page) => page.getByRole('button', { name: /^E5, / }).waitFor();
  return [
    {
      name: 'programme',
      isOpen: true,
      reach: at(`/?date=${tomorrow}`, (page) =>
        page
          .getByText(/seats left/)
          .first()
          .waitFor(),
      ),
    },
    { name: 'programme without shows', isOpen: true, reach: at('/', heading('No shows on this day')) },
    {
      name: 'programme loading',
      isOpen: true,
      reach: async (page, web) => {
        await page.route('**/app/api/programme*', never);
        await page.goto(`${web}/`);
        await page.locator('.bone').first().waitFor();
      },
    },
    {
      name: 'programme that failed',
      isOpen: true,
      reach: async (page, web) => {
        await page.route('**/app/api/programme*', (route) => route.fulfill(failWith(500)));
        await page.goto(`${web}/`);
        await page.getByRole('button', { name: 'Try again' }).waitFor();
      },
    },
    { name: 'login', isOpen: true, reach: at('/log-in', (page) => page.getByLabel('Password').waitFor()) },
    {
      name: 'login with faults',
      isOpen: true,
      reach: async (page, web) => {
        await page.goto(`${web}/log-in`);
        await page.getByRole('button', { name: 'Log in' }).click();
        await page.getByText('This field is required').first().waitFor();
      },
    },
    {
      name: 'sign-up',
      isOpen: true,
      reach: at('/sign-up', (page) => page.getByLabel('Security question').waitFor()),
    },
    { name: 'recovery', isOpen: true, reach: at('/recover', (page) => page.getByLabel('E-mail').waitFor()) },
    {
      name: 'hall without a login',
      isOpen: true,
      reach: at(`/show/${showId}`, (page) => page.getByLabel('Password').waitFor()),
    },
    { name: 'no such page', isOpen: true, reach: at('/nothing', heading('There is no such page')) },
    {
      name: 'wall',
      isOpen: true,
      reach: at('/wall', (page) =>
        page.getByText('No show tonight').or(page.locator('.wall-show')).first().waitFor(),
      ),
    },
    {
      name: 'hall',
      reach: async (page, web) => {
        await page.goto(`${web}/show/${showId}`);
        await seats(page);
        await page.getByRole('button', { name: 'Choose for me' }).click();
        await page.getByText('Total').waitFor();
      },
    },
    {
      name: 'hall as a list',
      reach: async (page, web) => {
        await page.goto(`${web}/show/${showId}`);
        await page.getByRole('radio', { name: 'List' }).check();
        await page.locator('summary', { hasText: 'Row C' }).click();
      },
    },
    {
      name: 'hall that is sold out',
      reach: async (page, web) => {
        await page.route(`**/shows/${showId}/seat-map`, async (route) => {
          const answer = await route.fetch();
          const body = (await answer.text()).replaceAll('"occupied":false', '"occupied":true');
          await route.fulfill({ response: answer, body });
        });
        await page.route(`**/shows/${showId}/seat-map/events`, never);
        await page.goto(`${web}/show/${showId}`);
        await page.getByText('This show is sold out.').first().waitFor();
      },
    },
    {
      name: 'before the hold',
      reach: async (page, web) => {
        await page.goto(`${web}/show/${showId}`);
        await seats(page);
        await page.getByRole('button', { name: 'Choose for me' }).click();
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByLabel('Name on the card').waitFor();
      },
    },
    { name: 'payment', reach: at(`/pay/${held}`, (page) => page.getByLabel('Card number').waitFor()) },
    {
      name: 'payment with faults',
      reach: async (page, web) => {
        await page.goto(`${web}/pay/${held}`);
        await pressPay(page);
        await page.locator('[aria-invalid=true]').first().waitFor();
      },
    },
    {
      name: 'payment declined',
      reach: pay('4000 0000 0000 0002', (page) =>
        page.getByRole('main').getByText('Your bank declined').waitFor(),
      ),
    },
    {
      name: 'paying',
      reach: async (page, web) => {
        await page.route('**/booking/payment', never);
        await pay('4242 4242 4242 4242', heading('Paying…'))(page, web);
      },
    },
    { name: 'payment unknown', reach: at(`/pay/${unknown}`, heading('We do not know yet')) },
    {
      name: 'time is over',
      reach: async (page, web) => {
        await page.goto(`${web}/pay/${held}`);
        await page.getByLabel('Card number').waitFor();
        await page.route(`**/customer/booking/${held}`, (route) => route.fulfill(failWith(404)));
        await page.evaluate('{ const now = Date.now; Date.now = () => now() + 600_000; }');
        await heading('Your time is over')(page);
      },
    },
    { name: 'no such hold', reach: at('/pay/999999', heading('There is no such hold')) },
    { name: 'ticket', reach: at(`/ticket/${paid}`, (page) => ticketCode(page).waitFor()) },
    {
      name: 'ticket shown large',
      reach: async (page, web) => {
        await page.goto(`${web}/ticket/${paid}`);
        await page.getByRole('button', { name: 'Show large' }).click();
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      name: 'ticket of a show that is over',
      reach: at(`/ticket/${past}`, (page) => page.getByText('This show is over.').waitFor()),
    },
    { name: 'ticket not paid', reach: at(`/ticket/${held}`, heading('Not paid yet')) },
    { name: 'bookings', reach: at('/bookings', (page) => page.getByText('Held, not paid').waitFor()) },
    { name: 'wallet', reach: at('/wallet', (page) => page.getByText('Nothing has been added').waitFor()) },
    {
      name: 'wallet with an unknown top-up',
      reach: async (page, web) => {
        await page.route('**/wallet/add-funds', (route) =>
          route.fulfill({
            status: 409,
            json: { status: 'ERROR', code: 'PAYMENT_UNRESOLVED', message: 'x', request_id: 'r-2' },
          }),
        );
        await page.goto(`${web}/wallet`);
        await page.getByLabel('Amount in rupees').fill('500');
        await fillCard(page);
        await page.getByRole('button', { name: 'Add ₹500' }).click();
        await page.getByText('We do not know yet whether').waitFor();
      },
    },
    { name: 'profile', reach: at('/profile', heading('Details')) },
    {
      name: 'session over',
      reach: async (page, web) => {
        await page.route('**/customer/wallet', (route) =>
          route.fulfill({
            status: 401,
            json: { status: 'ERROR', code: 'INVALID_TOKEN', message: 'Unauthorized' },
          }),
        );
        await page.goto(`${web}/wallet`);
        await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
      },
    },
    {
      name: 'off line',
      reach: async (page, web) => {
        await page.goto(`${web}/wallet`);
        await page.getByText('Nothing has been added').waitFor();
        await page.context().setOffline(true);
        await page.getByText('You are off line.').waitFor();
      },
    },
  ];
}
