import type { Gateway } from '../payments/payments.ts';
import type { Pool, Statement, Tx } from '../platform/database/db.ts';

export type Failpoints = {
  /** A pool in which what a test may interrupt is recognised by its statements: `NAME before commit`, `NAME after commit`. */
  pool(pool: Pool): Pool;
  /** A gateway whose charges are points: `charge before`, `connected`, `checked` and `after`. */
  gateway(gateway: Gateway): Gateway;
};

const FREEZE = 'freeze: ';

/**
 * Points at which a test makes the process die as by kill -9, or (armed as `freeze: POINT`) stop at the first
 * pass until SIGCONT. They prove that money and its record stay together whatever instruction fails. Outside
 * tests they are not armed, and pool and gateway are returned as they are.
 */
export function createFailpoints(armed: string | undefined): Failpoints {
  if (armed === undefined) return { pool: (pool) => pool, gateway: (gateway) => gateway };
  const freezes = armed.startsWith(FREEZE);
  let waitsFor: string | undefined = freezes ? armed.slice(FREEZE.length) : armed;
  const at: Point = (point) => {
    if (point !== waitsFor) return;
    if (freezes) waitsFor = undefined;
    process.kill(process.pid, freezes ? 'SIGSTOP' : 'SIGKILL');
  };
  return { pool: (pool) => armPool(pool, at), gateway: (gateway) => armGateway(gateway, at) };
}

type Point = (point: string) => void;

const armPool = (pool: Pool, at: Point): Pool => ({
  ...pool,
  async run(statement) {
    const name = nameOf([statement]);
    if (name) at(`${name} before commit`);
    const result = await pool.run(statement);
    if (name) at(`${name} after commit`);
    if (CLAIM.test(statement.text) && result.count > 0) at('key claimed');
    return result as never;
  },
  async transaction(work) {
    const sent: Statement[] = [];
    let name: string | undefined;
    let commits = false;
    const result = await pool.transaction(async (tx) => {
      const run = async (statement: Statement) => {
        sent.push(statement);
        const itsName = nameOf(sent);
        const ran = await tx.run(statement);
        // What wrote nothing is followed by another try, in a transaction of its own.
        if (ran.count > 0) name ??= itsName;
        return ran;
      };
      const last = {
        run: (statement: Statement) => {
          sent.push(statement);
          name ??= nameOf(sent);
          if (!commits && name) at(`${name} before commit`);
          commits = true;
          return tx.last.run(statement);
        },
      };
      const done = await work({ ...tx, run, last } as unknown as Tx);
      if (!commits && name) at(`${name} before commit`);
      return done;
    });
    if (name) at(`${name} after commit`);
    return result;
  },
});

const CLAIM = /into idempotency_key as kept/;
const HOLD = /into pending_booking_tracker/;
const BEGIN = /into payment_transaction/;
const SETTLE = /set status = 'Completed'/;
const BOOKING_LOCK = /for update of booking/;

/** What a transaction does, by the newest of its statements; a payment has locked its booking, a top-up has none. */
function nameOf(sent: readonly Statement[]): string | undefined {
  const text = sent.at(-1)?.text ?? '';
  if (HOLD.test(text)) return 'hold';
  const step = SETTLE.test(text) ? 'settle' : BEGIN.test(text) ? 'begin' : undefined;
  const isOfBooking = sent.some((statement) => BOOKING_LOCK.test(statement.text));
  return step && `${isOfBooking ? 'pay' : 'top-up'} ${step}`;
}

const armGateway = (gateway: Gateway, at: Point): Gateway => ({
  ...gateway,
  admit() {
    const place = gateway.admit();
    return (
      place && {
        ...place,
        async charge(order) {
          at('charge before');
          const mayBeSent = (withinMs: number) => {
            at('charge connected');
            const isAllowed = order.mayBeSent(withinMs);
            at('charge checked');
            return isAllowed;
          };
          const outcome = await place.charge({ ...order, mayBeSent });
          at('charge after');
          return outcome;
        },
      }
    );
  },
});
