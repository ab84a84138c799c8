import { signal } from '@preact/signals';
import { backOffMs, waitOrWake } from '../../api/back-off.ts';
import { findBookings, sellWalkIn, type SoldBooking } from '../../api/desk-routes.ts';
import { codeOf, type Refused } from '../../api/failures.ts';
import { user } from '../../api/session.ts';
import { forgetChoices, keepChoice } from '../../hall/choice.ts';
import { isKeyKnown, isOf, type Order } from './order.ts';
import { keepPending, readPending } from './pending.ts';
import { sell, type Doubt, type SaleEnd } from './sell.ts';

export type Sale =
  | { kind: 'open'; failure?: Refused; wasNotSold?: true }
  | { kind: 'sending' | Doubt; order: Order }
  | { kind: 'sold'; booking: SoldBooking; changePaise: number };

/** What is typed for the sale, kept in the page's memory: a new login finds it. */
export const typed = { name: signal(''), phone: signal(''), cash: signal('') };
export const sale = signal<Sale>({ kind: 'open' });
/** The last sale of this page, to print it again. */
export const lastSold = signal<SoldBooking | undefined>(undefined);

/** The order that is under way, whose outcome is not known yet. */
export const underWay = (): Order | undefined => ('order' in sale.value ? sale.value.order : undefined);

export async function sellNow(order: Order): Promise<Refused | undefined> {
  if (underWay()) return undefined;
  sale.value = { kind: 'sending', order };
  keepPending(order);
  return settle(order, await sendUntilKnown(order, 'busy'));
}

/** After a reload: asks again for a sale that was under way. Call it once a user is logged in. */
export async function resume(): Promise<void> {
  const order = readPending();
  if (!order || underWay()) return;
  sale.value = { kind: 'unknown', order };
  typed.name.value = order.name;
  typed.phone.value = order.phone;
  const maySend = order.username === user.peek()?.username && isKeyKnown(order);
  await settle(order, maySend ? await sendUntilKnown(order, 'unknown') : { kind: 'logged out' });
}

/** Makes room for the next customer. */
export function startNext(): void {
  for (const field of Object.values(typed)) field.value = '';
  sale.value = { kind: 'open' };
}

/** Call this when the choice changes: what was said of the last try is about other seats. */
export function forgetRefusal(): void {
  if (sale.peek().kind === 'open') sale.value = { kind: 'open' };
}

/** Whether the clerk was told last that somebody else got seats of the choice. */
export function isToldOfSeats(): boolean {
  const state = sale.peek();
  return state.kind === 'open' && codeOf(state.failure) === 'SEATS_UNAVAILABLE';
}

/** Call this before the page is given up. What may have been sold is kept, so that the next login asks for it. */
export function forgetSale(): void {
  forgetChoices();
  if (sale.peek().kind !== 'busy') return;
  keepPending(undefined);
  sale.value = { kind: 'open' };
}

const sendUntilKnown = (order: Order, doubt: Doubt) =>
  sell<SoldBooking>({
    doubt,
    send: () => sellWalkIn(order),
    wait: waitOrWake,
    onDoubt: (kind) => (sale.value = { kind, order }),
  });

async function settle(order: Order, end: SaleEnd<SoldBooking>): Promise<Refused | undefined> {
  // The page is being left, and this sale was forgotten.
  if (underWay() !== order) return undefined;
  if (end.kind === 'refused') {
    keepPending(undefined);
    sale.value = { kind: 'open', failure: end.failure };
    return end.failure;
  }
  if (end.kind === 'sold') showFound(order, end.sold);
  else {
    sale.value = { kind: 'unknown', order };
    const found = await lookFor(order);
    // Where nobody is logged in, the next user's page asks again.
    if (found !== 'cannot look') showFound(order, found);
  }
  return undefined;
}

/** The booking that the order made, or that it made none. */
function showFound(order: Order, booking: SoldBooking | undefined): void {
  keepPending(undefined);
  if (!booking) {
    sale.value = { kind: 'open', wasNotSold: true };
    return;
  }
  // Its hall may not be on screen, which would empty the choice.
  keepChoice(order.showId, []);
  lastSold.value = booking;
  sale.value = { kind: 'sold', booking, changePaise: order.changePaise };
}

/** A key counts for one user. Another one sees among the bookings whether the sale was made. */
async function lookFor(order: Order): Promise<SoldBooking | undefined | 'cannot look'> {
  for (let tries = 1; ; tries++) {
    const { data, failure } = await findBookings({ query: order.phone, show_id: order.showId, limit: 100 });
    if (data) return data.bookings.find((booking) => isOf(order, booking));
    if (failure.kind === 'logged out') return 'cannot look';
    await waitOrWake(backOffMs(tries));
  }
}
