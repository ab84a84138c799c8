import { signal } from '@preact/signals';
import { backOffMs, waitOrWake } from '../../api/back-off.ts';
import { findBookings, sellWalkIn, type SoldBooking } from '../../api/desk-routes.ts';
import type { Refused } from '../../api/failures.ts';
import { user } from '../../api/session.ts';
import { isOf, type Order } from './order.ts';
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
  return settle(order, await sendUntilKnown(order));
}

/** After a reload: asks again for a sale that was under way. Call it once a user is logged in. */
export async function resume(): Promise<void> {
  const order = readPending();
  if (!order || underWay()) return;
  sale.value = { kind: 'unknown', order };
  typed.name.value = order.name;
  typed.phone.value = order.phone;
  const isSameUser = order.username === user.peek()?.username;
  await settle(order, isSameUser ? await sendUntilKnown(order) : { kind: 'logged out' });
}

/** Makes room for the next customer. */
export function startNext(): void {
  for (const field of Object.values(typed)) field.value = '';
  sale.value = { kind: 'open' };
}

const sendUntilKnown = (order: Order) =>
  sell<SoldBooking>({
    send: () => sellWalkIn(order),
    wait: waitOrWake,
    onDoubt: (doubt) => (sale.value = { kind: doubt, order }),
  });

async function settle(order: Order, end: SaleEnd<SoldBooking>): Promise<Refused | undefined> {
  const booking = end.kind === 'sold' ? end.sold : undefined;
  if (end.kind === 'logged out') {
    sale.value = { kind: 'unknown', order };
    const found = await lookFor(order);
    // Nobody is logged in: the next user's page asks again.
    if (found === 'cannot look') return undefined;
    showEnd(order, found);
    return undefined;
  }
  showEnd(order, booking, end.kind === 'refused' ? end.failure : undefined);
  return end.kind === 'refused' ? end.failure : undefined;
}

function showEnd(order: Order, booking: SoldBooking | undefined, failure?: Refused): void {
  keepPending(undefined);
  if (booking) {
    lastSold.value = booking;
    sale.value = { kind: 'sold', booking, changePaise: order.changePaise };
  } else sale.value = failure ? { kind: 'open', failure } : { kind: 'open', wasNotSold: true };
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
