// Needs chromium: tickets at the door, good and bad, by scanner, number, search and list, at one gate and at two.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { book, employee, showAt } from '../checkins/door.ts';
import { startApp } from '../support/app.ts';
import { openBrowser, openWeb, signUp, webOf } from '../support/browser.ts';
import { wholeFile } from '../support/database.ts';
import {
  gatesOf,
  goToDoor,
  next,
  openShow,
  paidBooking,
  paidBookings,
  ticketOf,
  typeAsScanner,
  verdict,
} from '../support/web-door.ts';

const app = await startApp(wholeFile);
const browser = await openBrowser();
const gateTwo = await employee(app, 'gate-2');

const { openDoor, checkIns } = gatesOf(app, browser);
const everyShow = (page: Page) => page.getByLabel('Show at this door').selectOption('every');
async function says(page: Page, name: string, text: RegExp): Promise<void> {
  await verdict(page, name).waitFor();
  await verdict(page, name).getByText(text).first().waitFor();
}

test('staff scan a ticket, and see its seats; a customer who opens the door is led back', async (t) => {
  const id = await paidBooking(app, await openShow(app), ['A1', 'A2', 'A3']);
  const page = await openDoor(t);
  await typeAsScanner(page, await ticketOf(app, id));
  await says(page, 'In', /3 seats: A1, A2, A3/);
  await verdict(page, 'In').waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Recent scans' }).getByText(`Booking ${id}`).waitFor();
  assert.equal(await checkIns(id), 1);

  const customer = await openWeb(t, browser, app.base, { as: await signUp(app) });
  await customer.goto(`${webOf(app)}/door/`);
  await customer.getByText('You are logged in as a customer').waitFor();
});

test('a ticket that is used is refused with its time and gate, at the same gate and at another', async (t) => {
  const id = await paidBooking(app, await openShow(app), ['A1']);
  const ticket = await ticketOf(app, id);
  const [first, second] = [await openDoor(t), await openDoor(t, gateTwo)];
  await typeAsScanner(first, ticket);
  await verdict(first, 'In').waitFor();
  await typeAsScanner(second, ticket);
  await says(second, 'Already in', /^Let in at \d+:\d\d\s[ap]m by staff-1$/);
  assert.equal(await second.getByText('Scanned at this gate').count(), 0);
  await typeAsScanner(first, ticket);
  await says(first, 'Already in', /^Scanned at this gate at/);
});

test('two gates that scan one ticket at once: one lets it in, the other is told which', async (t) => {
  const show = await openShow(app);
  const gates = [await openDoor(t), await openDoor(t, gateTwo)];
  for (const page of gates) await everyShow(page);
  for (let round = 1; round <= 5; round++) {
    const id = await paidBooking(app, show, [`B${round}`]);
    const ticket = await ticketOf(app, id);
    await Promise.all(gates.map((page) => typeAsScanner(page, ticket)));
    const words = await Promise.all(
      gates.map(async (page) => {
        const either = verdict(page, 'In').or(verdict(page, 'Already in'));
        await either.waitFor();
        return either.getByRole('heading').innerText();
      }),
    );
    assert.deepEqual(words.map((word) => word.toLowerCase()).sort(), ['already in', 'in'], `round ${round}`);
    const loser = gates[words.findIndex((word) => /already/i.test(word))];
    const winner = words[0]?.toLowerCase() === 'in' ? 'staff-1' : 'gate-2';
    await loser
      ?.getByText(new RegExp(`by ${winner}$`))
      .first()
      .waitFor();
    for (const page of gates) await next(page);
    assert.equal(await checkIns(id), 1);
  }
});

test('each bad ticket is refused with its reason, and a ticket of another show with the show', async (t) => {
  const show = await openShow(app);
  const good = await ticketOf(app, await paidBooking(app, show, ['A1']));
  const customer = await app.customer();
  const held = Number((await app.hold(customer, show, ['C1'])).data['booking_id']);
  const cancelled = Number((await app.hold(customer, show, ['C2'])).data['booking_id']);
  const [unpaid, gone] = [await ticketOf(app, held), await ticketOf(app, cancelled)];
  await app.cancel(customer, cancelled);
  const lost = await paidBooking(app, show, ['C3']);
  const lostTicket = await ticketOf(app, lost);
  await app.script(
    `delete from booking_seat_mapping where booking_id = ${lost}; delete from booking where id = ${lost}`,
  );
  const [later = 0] = await book(app, await showAt(app, { inMinutes: 3_000 }));
  const [before = 0] = await book(app, await showAt(app, { inMinutes: -1_500, minutes: 60 }));
  const page = await openDoor(t);
  await everyShow(page);
  for (const [what, ticket, reason, more] of [
    ['another seat', good.replace('Seats: A1', 'Seats: J1'), /^Forged/, /USB scanner/],
    ['no ticket', 'https://example.com/?a=1', /^Forged/, /^Booking|USB/],
    ['held', unpaid, /^Not paid$/, /shows the ticket anew/],
    ['cancelled', gone, /^Not paid$/, /^Booking/],
    ['lost', lostTicket, /^There is no such booking$/, /counts as none/],
    ['of a later show', await ticketOf(app, later), /^Too early/, /^It is for The Shawshank Redemption, /],
    [
      'of yesterday',
      await ticketOf(app, before),
      /^The show is over$/,
      /^It was for The Shawshank Redemption, /,
    ],
  ] as const) {
    await t.test(what, async () => {
      await typeAsScanner(page, ticket);
      await says(page, 'Not valid', reason);
      await says(page, 'Not valid', more);
      await next(page);
    });
  }
  assert.equal(await app.count('check_in', `booking_id in (${later}, ${before}, ${held}, ${lost})`), 0);
});

test('at the door of one show a ticket of another is not checked in until somebody says so', async (t) => {
  const other = await showAt(app, { inMinutes: 30 });
  const [here, there] = [await openShow(app), await paidBooking(app, other, ['A1'])];
  const page = await openDoor(t);
  await page.getByLabel('Show at this door').selectOption(String(here));
  const ticket = await ticketOf(app, there);
  await typeAsScanner(page, ticket);
  await says(page, 'Another show', /^This door is for .* Nothing was checked in\.$/);
  assert.equal(await checkIns(there), 0);
  await next(page);
  await verdict(page, 'Another show').waitFor({ state: 'detached' });
  assert.equal(await checkIns(there), 0);
  await typeAsScanner(page, ticket);
  await page.getByRole('button', { name: 'Check in all the same' }).click();
  await verdict(page, 'In').waitFor();
  assert.equal(await checkIns(there), 1);
});

test('by number one booking or several, and each that is refused is named', async (t) => {
  const show = await openShow(app);
  const ids = await paidBookings(app, show, ['D1', 'D2', 'D3']);
  const page = await openDoor(t);
  const check = async (numbers: string) => {
    await page.getByLabel('Booking number').fill(numbers);
    await page.getByRole('button', { name: 'Check in', exact: true }).click();
  };
  await check(String(ids[0]));
  await says(page, 'In', /^1 seat: D1$/);
  await next(page);
  await check(`${ids.join(', ')}, 999999`);
  await says(page, 'Not valid', /^2 in, 1 already in, 1 not valid$/);
  await says(page, 'Not valid', /^999999: Not valid: There is no such booking$/);
  await says(page, 'Not valid', new RegExp(`^${ids[0]}: Already in\\. Let in at .* by staff-1$`));
  assert.equal(await app.count('check_in', `booking_id in (${ids.join()})`), 3);
  await next(page);
  await check('12x');
  await page.getByText('Write one number of a booking').waitFor();
});

test('who is missing is searched by name and checked in, alone and several at once; another gate counts along', async (t) => {
  const show = await openShow(app);
  const ids = await paidBookings(app, show, ['E1', 'E2', 'E3', 'E4']);
  const [page, other] = [await openDoor(t), await openDoor(t, gateTwo)];
  for (const gate of [page, other]) {
    await gate.getByLabel('Show at this door').selectOption(String(show));
    await gate.getByText('4 missing', { exact: true }).waitFor();
  }
  await page.getByLabel('Name, telephone or number').fill('asha');
  await page.getByRole('button', { name: 'Search' }).click();
  await page
    .getByRole('search')
    .getByRole('button', { name: `Check in ${ids[0]}`, exact: true })
    .click();
  await says(page, 'In', /^1 seat: E1$/);
  await other.getByText('3 missing', { exact: true }).waitFor();
  await next(page);

  await other.getByText('Who is missing').click();
  for (const id of [ids[1], ids[2]]) {
    await other.getByRole('checkbox', { name: new RegExp(`^Choose booking ${id},`) }).check();
  }
  await other.getByRole('button', { name: 'Check in the 2 chosen' }).click();
  await says(other, 'In', /^2 in$/);
  await page.getByText('1 missing', { exact: true }).waitFor();
  await next(other);
  await other.getByRole('button', { name: `Check in ${ids[3]}`, exact: true }).click();
  await verdict(other, 'In').waitFor();
  await next(other);
  await other.getByText('Everybody is in.').waitFor();
  await page.getByText('4 in', { exact: true }).waitFor();
});

test('each verdict is felt and heard, unless the sound is off', async (t) => {
  const show = await openShow(app);
  const ids = await paidBookings(app, show, ['F1', 'F2']);
  const tickets = await Promise.all(ids.map((id) => ticketOf(app, id)));
  const page = await openWeb(t, browser, app.base, { as: app.staff });
  await page.addInitScript(`
    window.felt = []; window.heard = 0;
    navigator.vibrate = (pattern) => felt.push(pattern.join(' '));
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { heard++; return start.apply(this, when); };`);
  await goToDoor(page, app);
  await everyShow(page);
  await page.getByRole('heading', { name: 'Door', level: 1 }).click();
  await typeAsScanner(page, tickets[0] ?? '');
  await verdict(page, 'In').waitFor();
  await typeAsScanner(page, tickets[0] ?? '');
  await verdict(page, 'Already in').waitFor();
  assert.deepEqual(await page.evaluate('[felt, heard]'), [['60', '120 80 120'], 4]);
  await next(page);
  await page.getByLabel('Sound').uncheck();
  await typeAsScanner(page, tickets[1] ?? '');
  await verdict(page, 'In').waitFor();
  assert.deepEqual(await page.evaluate('[felt.length, heard]'), [3, 4]);
});
