import type { Page } from 'playwright-core';
import { book, showAt } from '../checkins/door.ts';
import type { TestApp } from './app.ts';
import type { State } from './web-states.ts';
import { goToDoor, openShow, paidBooking, ticketOf, typeAsScanner, verdict } from './web-door.ts';

const never = () => new Promise<void>(() => undefined);
const CHECK_IN = '**/app/api/check-in/booking';
const camera = (name: string) => `
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('x', '${name}'));`;

/** The door in each of its states, for staff. */
export async function prepareDoorStates(app: TestApp): Promise<State[]> {
  const show = await openShow(app);
  const [late = 0] = await book(app, await showAt(app, { inMinutes: -400, minutes: 60 }));
  const [early = 0] = await book(app, await showAt(app, { inMinutes: 3_000 }));
  const seats = 'ABCDEFGH'.split('').map((row) => [`${row}3`, `${row}4`]);
  const bookings: number[] = [];
  for (const pair of seats) bookings.push(await paidBooking(app, show, pair));
  const tickets = await Promise.all(bookings.map((id) => ticketOf(app, id)));
  const [fresh = '', used = '', kept = ''] = tickets;
  const forged = fresh.replace('Seats: ', 'Seats: J1, ');
  const elsewhere = await ticketOf(app, early);
  await app.post('/check-in/booking', { as: app.admin, body: { ticket: used } });

  const at = (act: (page: Page) => Promise<unknown>) => async (page: Page) => {
    await goToDoor(page, app);
    await page
      .getByText(/\d missing/)
      .first()
      .waitFor();
    await act(page);
  };
  const scan = (text: string, name: string) =>
    at(async (page) => {
      await typeAsScanner(page, text);
      await verdict(page, name).waitFor();
    });
  const byHand = (numbers: string, name: string) =>
    at(async (page) => {
      await page.getByLabel('Booking number').fill(numbers);
      await page.getByRole('button', { name: 'Check in', exact: true }).click();
      await verdict(page, name).waitFor();
    });
  const withTrouble = (script: string, says: RegExp) => async (page: Page) => {
    await page.addInitScript(script);
    await goToDoor(page, app);
    await page.getByRole('button', { name: 'Start the camera' }).click();
    await page.getByText(says).waitFor();
  };
  return [
    { name: 'door', reach: at(() => Promise.resolve()) },
    {
      name: 'log-in',
      isOpen: true,
      reach: async (page, web) => {
        await page.goto(`${web}/door/`);
        await page.getByLabel('Password').waitFor();
      },
    },
    {
      name: 'in',
      reach: async (page) => {
        // An answer that can be given again.
        const data = { details: [{ booking_id: bookings[0], outcome: 'checked_in' }] };
        await page.route(CHECK_IN, (route) => route.fulfill({ json: { status: 'SUCCESS', data } }));
        // It stays for as long as it is looked at.
        await page.addInitScript(
          'const later = setTimeout; setTimeout = (act, ms) => later(act, ms === 2500 ? 1e6 : ms);',
        );
        await scan(fresh, 'In')(page);
      },
    },
    { name: 'already in', reach: scan(used, 'Already in') },
    { name: 'forged', reach: scan(forged, 'Not valid') },
    { name: 'no ticket at all', reach: scan('4006381333931', 'Not valid') },
    { name: 'over', reach: byHand(String(late), 'Not valid') },
    { name: 'too early', reach: byHand(String(early), 'Not valid') },
    { name: 'unknown', reach: byHand('999999', 'Not valid') },
    { name: 'many at once', reach: byHand(`${bookings[1]}, ${late}, 999999`, 'Not valid') },
    { name: 'another show', reach: scan(elsewhere, 'Another show') },
    {
      name: 'checking',
      reach: async (page) => {
        await page.clock.install();
        await page.route(CHECK_IN, never);
        await scan(kept, 'Checking…')(page);
      },
    },
    {
      name: 'not confirmed',
      reach: async (page) => {
        await page.route(CHECK_IN, (route) => route.abort());
        await scan(kept, 'Not confirmed')(page);
      },
    },
    {
      name: 'a list that is not confirmed',
      reach: async (page) => {
        await page.route(CHECK_IN, (route) => route.abort());
        await goToDoor(page, app);
        for (const ticket of tickets.slice(2, 5)) {
          await typeAsScanner(page, ticket);
          await verdict(page, 'Not confirmed').waitFor();
          await page.getByRole('button', { name: 'Next' }).click();
        }
        await page.getByRole('button', { name: 'Forget it' }).first().click();
        await page.getByText('It was never confirmed.').waitFor();
      },
    },
    {
      name: 'search and missing',
      reach: at(async (page) => {
        await page.getByText('Who is missing').click();
        await page.getByLabel('Name, telephone or number').fill('Asha');
        await page.getByRole('button', { name: 'Search' }).click();
        await page
          .getByRole('checkbox', { name: /^Choose booking/ })
          .first()
          .check();
        await page.getByRole('region', { name: 'Recent scans' }).waitFor();
      }),
    },
    {
      name: 'number with a fault',
      reach: at(async (page) => {
        await page.getByLabel('Booking number').fill('abc');
        await page.getByRole('button', { name: 'Check in', exact: true }).click();
        await page.getByText('Write one number').waitFor();
      }),
    },
    { name: 'camera denied', reach: withTrouble(camera('NotAllowedError'), /is not allowed/) },
    { name: 'camera missing', reach: withTrouble(camera('NotFoundError'), /has no camera/) },
    {
      name: 'camera used elsewhere',
      reach: withTrouble(camera('NotReadableError'), /Another page or program/),
    },
    {
      name: 'plain HTTP',
      reach: async (page) => {
        await page.addInitScript(`Object.defineProperty(window, 'isSecureContext', { get: () => false });`);
        await at(() => page.getByText('came over plain HTTP').waitFor())(page);
      },
    },
    {
      name: 'camera on',
      reach: at(async (page) => {
        await page.getByRole('button', { name: 'Start the camera' }).click();
        await page.getByRole('button', { name: 'Stop' }).waitFor();
      }),
    },
    {
      name: 'session over',
      reach: async (page) => {
        await page.route(CHECK_IN, (route) =>
          route.fulfill({
            status: 401,
            json: { status: 'ERROR', code: 'INVALID_TOKEN', message: 'Unauthorized' },
          }),
        );
        await goToDoor(page, app);
        await typeAsScanner(page, fresh);
        await page.getByRole('dialog', { name: 'Please log in again' }).waitFor();
      },
    },
    {
      name: 'off line',
      reach: at(async (page) => {
        await page.context().setOffline(true);
        await page.getByText('You are off line.').waitFor();
        await page.getByText('Counting again…').waitFor();
      }),
    },
  ];
}
