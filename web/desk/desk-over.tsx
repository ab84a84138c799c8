import { SessionOver } from '../parts/session-over.tsx';
import { desk } from '../text/desk.ts';
import { forgetSale, sale } from './counter/sale.ts';

/** Over the page of a desk whose session is over. What was being sold waits there for any admin. */
export function DeskOver() {
  const words = desk.over;
  const { kind } = sale.value;
  const leave = kind === 'sending' || kind === 'unknown' ? words.leaveSent : words.leave;
  return <SessionOver why={words.why} leave={leave} home="/app/desk/" onLeave={forgetSale} isShared />;
}
