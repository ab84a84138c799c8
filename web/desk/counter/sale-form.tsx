import { newKey } from '../../api/keys.ts';
import type { PlannedShow } from '../../api/routes.ts';
import { user } from '../../api/session.ts';
import type { Seat } from '../../hall/map.ts';
import type { LiveHall } from '../../hall/use-hall.ts';
import { Input } from '../../parts/field.tsx';
import { Form, type Faults } from '../../parts/form.tsx';
import { list, money } from '../../text/formats.ts';
import { desk } from '../../text/desk.ts';
import { text } from '../../text/text.ts';
import { reckon, type Cash } from './cash.ts';
import { isPhone, readPhone, type Order } from './order.ts';
import { isToldOfSeats, sellNow, typed, underWay } from './sale.ts';

type SaleFormProps = { show: PlannedShow; live: LiveHall };

/** Who buys, and the cash. What is typed stays over a new login. */
export function SaleForm({ show, live }: SaleFormProps) {
  const words = desk.sale;
  const { model } = live;
  const price = model.totalPaise.value;
  const send = async () => {
    const seats = model.chosen.peek().map(({ number }) => number);
    const faults = faultsOf(seats.length, price);
    if (underWay() || Object.keys(faults).length > 0) return { faults };
    const fewer = fewerSeats(live);
    if (fewer !== undefined) return { faults: { seats: fewer } };
    const failure = await sellNow(orderOf(show.id, seats, price));
    // At their fields; the rest is said below the form.
    return failure && failure.faults.length > 0 ? { failure } : undefined;
  };
  return (
    <Form send={send} submit={underWay() ? text.sending : words.sell(money(price))}>
      {(faults) => (
        <>
          {faults['seats'] && (
            <p class="fault" role="alert">
              {faults['seats']}
            </p>
          )}
          <Fields faults={faults} price={price} />
        </>
      )}
    </Form>
  );
}

/** Seats may be gone the moment before the press, which was for more than is left: it sells nothing. */
function fewerSeats({ model, lost, forgetLost }: LiveHall): string | undefined {
  const gone = lost.peek();
  const isToldAlready = isToldOfSeats();
  forgetLost();
  if (gone.length === 0 || isToldAlready) return undefined;
  const names = (seats: readonly Seat[]) => list(seats.map(({ number }) => number));
  return desk.sale.fewer(names(gone), names(model.chosen.peek()), money(model.totalPaise.peek()));
}

function orderOf(showId: number, seats: readonly string[], paise: number): Order {
  const cash = reckon(typed.cash.peek(), paise);
  return {
    showId,
    seats,
    paise,
    name: typed.name.peek().trim(),
    phone: readPhone(typed.phone.peek()),
    changePaise: cash.kind === 'enough' ? cash.changePaise : 0,
    key: newKey(),
    username: user.peek()?.username ?? '',
    sentAt: Date.now(),
  };
}

function Fields({ faults, price }: { faults: Faults; price: number }) {
  const words = desk.sale;
  const cash = reckon(typed.cash.value, price);
  const isFaulty = faults['cash'] !== undefined;
  const field = (name: keyof typeof typed) => ({
    value: typed[name].value,
    readOnly: underWay() !== undefined,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      typed[name].value = currentTarget.value;
    },
    // What one customer typed is not offered to the next.
    autocomplete: 'off' as const,
    spellcheck: false,
  });
  return (
    <>
      <Input
        {...field('name')}
        name="customer_name"
        label={words.name}
        fault={faults['customer_name']}
        maxLength={70}
      />
      <Input
        {...field('phone')}
        name="phone_number"
        label={words.phone}
        fault={faults['phone_number']}
        type="tel"
        maxLength={20}
      />
      <Input
        {...field('cash')}
        name="cash"
        label={words.cash}
        hint={words.cashHint}
        fault={isFaulty ? faultOf(cash) : undefined}
        inputMode="decimal"
        maxLength={12}
      />
      <p class={`change ${cash.kind}`} role="status">
        {price > 0 && underWay() === undefined && changeOf(cash, isFaulty)}
      </p>
    </>
  );
}

function faultsOf(seats: number, price: number): Faults {
  const words = desk.sale;
  const cash = faultOf(reckon(typed.cash.peek(), price));
  return {
    ...(seats === 0 && { seats: words.noSeats }),
    ...(typed.name.peek().trim() === '' && { customer_name: text.required }),
    ...(!isPhone(readPhone(typed.phone.peek())) && { phone_number: words.phoneFault }),
    ...(cash !== undefined && { cash }),
  };
}

function faultOf(cash: Cash): string | undefined {
  if (cash.kind === 'unreadable') return desk.sale.cashFault;
  return cash.kind === 'short' ? desk.sale.short(money(cash.missingPaise)) : undefined;
}

/** The change while the sum is typed; what is missing is never a negative change. A fault stands at the field already. */
function changeOf(cash: Cash, isFaulty: boolean): string | undefined {
  if (cash.kind === 'enough') return desk.sale.change(money(cash.changePaise));
  return cash.kind === 'short' && !isFaulty ? faultOf(cash) : undefined;
}
