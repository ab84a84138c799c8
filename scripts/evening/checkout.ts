import type { Customer } from './people.ts';
import { KINDS, type Payment } from './plan.ts';
import { cancel, GOOD_CARD, pay, payBy, topUp, type Held, type Refused, type Sold } from './players.ts';
import type { Scene } from './scene.ts';

const TYPING = 5;
const AGAIN = 3;
const ASLEEP = 8;
const SLOW_CARD = '4000000000003220';
const DECLINED_CARD = '4000000000000002';
// Charges, and then cuts the connection before the answer.
const CUT_CARD = '4000000000000341';
const MISTYPED_CARD = '4242424242424241';
const REASONS: Record<string, string> = {
  PAYMENT_FAILED: 'the card is declined',
  PAYMENT_VALIDATION_FAILED: 'the card is mistyped',
  PAYMENT_SERVICE_ERROR: 'nobody knows whether the card was charged',
  PAYMENT_UNRESOLVED: 'not before it is known whether the card was charged',
};
const OVER = new Set(['BOOKING_EXPIRED', 'BOOKING_NOT_FOUND']);
// A gateway that does not answer, as the simulator's settings allow.
const NOT_CHARGED = /nothing was charged/;
const UNKNOWN = new Set(['PAYMENT_SERVICE_ERROR', 'PAYMENT_UNRESOLVED']);

/** Plays a party that has seats. Returns the sale, if there is one. */
export async function checkOut(scene: Scene, customer: Customer, held: Held): Promise<Sold | undefined> {
  const { party, tally, stage, think } = scene;
  await think(TYPING);
  if (party.kind === 'lets the hold expire') return comeTooLate(scene, customer, held);
  for (const payment of KINDS[party.kind].pays) {
    const answer = await payAs(scene, customer, { held, payment });
    if ('booking' in answer) {
      tally.sold.push(answer);
      stage.tell(`${customer.name} pays for ${answer.seats.join(', ')} (${payment})`);
      return answer;
    }
    note(scene, customer, { held, ...answer });
    if (tally.expired.includes(held)) return undefined;
    await think(AGAIN);
  }
  // The outcome of the charge is unknown, so the hold is not cancelled.
  if (!tally.unknown.includes(held)) await leave(scene, customer, held);
  return undefined;
}

type Paying = { held: Held; payment: Payment };

async function payAs({ stage: { api } }: Scene, customer: Customer, { held, payment }: Paying) {
  const card = (number: string) => ({ ...GOOD_CARD, card_number: number, cardholder_name: customer.name });
  const by = {
    'good card': payBy('Card', card(GOOD_CARD.card_number)),
    'slow card': payBy('Card', card(SLOW_CARD)),
    'declined card': payBy('Card', card(DECLINED_CARD)),
    'unknown card': payBy('Card', card(CUT_CARD)),
    'mistyped card': payBy('Card', card(MISTYPED_CARD)),
    wallet: payBy('Wallet'),
    'wallet and card': payBy('Wallet', card(GOOD_CARD.card_number)),
  }[payment];
  // Rounded up to fifty, as people do.
  if (payment === 'wallet') await topUp(api, customer, Math.ceil(held.due / 50) * 50);
  if (payment === 'wallet and card') await topUp(api, customer, 100);
  return pay(api, customer, held, by);
}

function note({ stage, tally }: Scene, { name }: Customer, refused: Refused & { held: Held }): void {
  const { held, code, message } = refused;
  if (code === 'PAYMENT_FAILED' || NOT_CHARGED.test(message)) tally.declined += 1;
  else if (code === 'PAYMENT_VALIDATION_FAILED') tally.mistyped += 1;
  else if (OVER.has(code)) tally.expired.push(held);
  else if (UNKNOWN.has(code)) {
    if (!tally.unknown.includes(held)) tally.unknown.push(held);
  } else tally.surprises.push(`a payment for booking ${held.booking} was answered by ${code}`);
  stage.tell(`${name} cannot pay for ${held.seats.join(', ')}: ${REASONS[code] ?? code}`);
}

/** The hold is ended early, so the evening need not wait five minutes for it. */
async function comeTooLate(scene: Scene, customer: Customer, held: Held): Promise<Sold | undefined> {
  const { stage, think } = scene;
  await think(ASLEEP);
  await stage.age(held.booking);
  stage.tell(`${customer.name} took too long: ${held.seats.join(', ')} are free again`);
  await think(AGAIN);
  const answer = await payAs(scene, customer, { held, payment: 'good card' });
  if (!('booking' in answer)) note(scene, customer, { held, ...answer });
  else scene.tally.surprises.push(`booking ${held.booking} was paid after its end`);
  return undefined;
}

export async function leave({ stage, tally }: Scene, customer: Customer, held: Held): Promise<void> {
  if (!(await cancel(stage.api, customer, held))) {
    tally.surprises.push(`booking ${held.booking} could not be cancelled`);
    return;
  }
  tally.cancelled.push(held);
  stage.tell(`${customer.name} lets ${held.seats.join(', ')} go`);
}
