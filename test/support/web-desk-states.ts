import type { Page } from 'playwright-core';
import type { TestApp } from './app.ts';
import type { State } from './web-states.ts';
import { deskOf, fillSale, openCounter, pressSell, seatOf, soldNotice } from './web-desk.ts';

const never = () => new Promise<void>(() => undefined);
const refuse = (status: number, code: string) => ({
  status,
  json: { status: 'ERROR', code, message: 'x', request_id: 'r-1' },
});

/** The counter and the bookings in their states, on a database with what they show. */
export async function prepareDeskStates(app: TestApp): Promise<State[]> {
  const showId = await app.show({ days: 1, slotId: 2, cost: '220.50' });
  await app.show({ days: 1, slotId: 3 });
  await app.hold(await app.customer(), showId, ['C4', 'C5']);
  const desk = deskOf(app);
  const open = (page: Page) => openCounter(page, app, showId);
  const choose = async (page: Page) => {
    await open(page);
    await page.getByRole('button', { name: 'Choose for me' }).click();
  };
  const sell = async (page: Page) => {
    await choose(page);
    await fillSale(page, [], { cash: '1000' });
    await pressSell(page);
  };
  const print = (page: Page) => page.getByRole('button', { name: 'Print', exact: true }).waitFor();
  return [
    {
      name: 'login at the desk',
      isOpen: true,
      reach: async (page) => {
        await page.goto(`${desk}/`);
        await page.getByLabel('Password').waitFor();
      },
    },
    { name: 'counter', reach: choose },
    {
      name: 'counter without a show',
      reach: async (page) => {
        await page.goto(`${desk}/`);
        await page.getByText('No show can be sold on this day.').waitFor();
      },
    },
    {
      name: 'counter loading',
      reach: async (page) => {
        await page.route('**/app/api/programme*', never);
        await page.goto(`${desk}/`);
        await page.locator('.bone').first().waitFor();
      },
    },
    {
      name: 'sale with faults',
      reach: async (page) => {
        await choose(page);
        await page.getByLabel('Cash given').fill('10');
        await pressSell(page);
        await page.locator('[aria-invalid=true]').first().waitFor();
      },
    },
    {
      name: 'too little cash while it is typed',
      reach: async (page) => {
        await choose(page);
        await page.getByLabel('Cash given').fill('10');
        await page.getByText(/ is missing$/).waitFor();
      },
    },
    {
      name: 'sold',
      reach: async (page) => {
        await sell(page);
        await soldNotice(page).waitFor();
        await print(page);
      },
    },
    {
      name: 'sale under way',
      reach: async (page) => {
        await page.route('**/create-customer-booking', never);
        await sell(page);
        await page.getByRole('button', { name: 'One moment' }).waitFor();
      },
    },
    {
      name: 'sale not known',
      reach: async (page) => {
        await page.route('**/create-customer-booking', (route) => route.abort());
        await sell(page);
        await page.getByText('We do not know yet').waitFor();
      },
    },
    {
      name: 'sale refused',
      reach: async (page) => {
        await page.route('**/create-customer-booking', (route) =>
          route.fulfill(refuse(400, 'SEATS_UNAVAILABLE')),
        );
        await sell(page);
        await page.getByText('Nothing was sold').waitFor();
      },
    },
    {
      name: 'seat gone from the choice',
      reach: async (page) => {
        await open(page);
        await seatOf(page, 'A1').click();
        const { data } = await app.hold(await app.customer(), showId, ['A1']);
        await page.getByRole('region', { name: 'Seats' }).getByText('A1 was just taken').waitFor();
        await app.age(Number(data['booking_id']));
      },
    },
    {
      name: 'keys of the counter',
      reach: async (page) => {
        await open(page);
        await page.keyboard.press('F1');
        await page.getByRole('dialog', { name: 'Keys of the counter' }).waitFor();
      },
    },
    {
      name: 'bookings of the desk',
      reach: async (page) => {
        await page.goto(`${desk}/bookings`);
        await page.getByText('Held, not paid').first().waitFor();
      },
    },
    {
      name: 'no booking found',
      reach: async (page) => {
        await page.goto(`${desk}/bookings`);
        await page.getByLabel('Booking number, name').fill('nobody');
        await page.getByRole('button', { name: 'Search' }).click();
        await page.getByText('No booking was found.').waitFor();
      },
    },
    {
      name: 'a ticket printed again',
      reach: async (page) => {
        const [free] = await app.rows<{ number: string }>(`
          select seat_number as number from seat
          where seat_number not in (select seat_number from booking_seat_mapping where show_id = ${showId})
          order by seat_number desc limit 1`);
        await app.post('/admin/create-customer-booking', {
          as: app.admin,
          body: {
            show_id: showId,
            customer_name: 'Ravi Kumar',
            phone_number: '9876543210',
            seat_numbers: [free?.number],
          },
        });
        await page.goto(`${desk}/bookings`);
        await page.getByRole('button', { name: 'Ticket' }).first().click();
        await print(page);
      },
    },
    {
      name: 'search that failed',
      reach: async (page) => {
        await page.route('**/admin/bookings*', (route) => route.fulfill(refuse(500, 'INTERNAL_ERROR')));
        await page.goto(`${desk}/bookings`);
        await page.getByRole('button', { name: 'Try again' }).waitFor();
      },
    },
    {
      name: 'nobody uses the desk',
      reach: async (page) => {
        await page.clock.install();
        await page.goto(`${desk}/bookings`);
        await page.getByText('Held, not paid').first().waitFor();
        await page.clock.fastForward('29:10');
        await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
      },
    },
    {
      name: 'session of the desk over',
      reach: async (page) => {
        await page.route('**/admin/bookings*', (route) => route.fulfill(refuse(401, 'INVALID_TOKEN')));
        await page.goto(`${desk}/bookings`);
        await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
      },
    },
  ];
}
