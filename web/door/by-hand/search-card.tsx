import { useSignal, type ReadonlySignal } from '@preact/signals';
import { findBookings, type FoundBooking } from '../../api/desk-routes.ts';
import type { Programme } from '../../api/routes.ts';
import { announce } from '../../parts/announce.tsx';
import { Form } from '../../parts/form.tsx';
import { Input } from '../../parts/field.tsx';
import { door } from '../../text/door.ts';
import { text } from '../../text/text.ts';
import { FoundAtDoor } from './found-at-door.tsx';
import type { Shown } from '../scans/kept-scans.ts';

type SearchProps = { send: (shown: Shown) => void; programme: ReadonlySignal<Programme | undefined> };

const MOST = 20;

/** Finds the booking of a customer who cannot show the ticket. */
export function SearchCard({ send, programme }: SearchProps) {
  const words = door.search;
  const found = useSignal<readonly FoundBooking[] | undefined>(undefined);
  const search = async ({ query = '', today }: Record<string, string>) => {
    const wanted = query.trim();
    if (!wanted) return { faults: { query: text.required } };
    const date = today === undefined ? undefined : programme.peek()?.today;
    const { data, failure } = await findBookings({ query: wanted, limit: MOST, ...(date && { date }) });
    if (!data) return { failure };
    found.value = data.bookings;
    announce(data.bookings.length === 0 ? words.none : `${words.results}: ${data.bookings.length}`);
    return undefined;
  };
  return (
    <section class="card" aria-labelledby="search" role="search">
      <h2 id="search">{words.title}</h2>
      <Form send={search} submit={words.submit}>
        {(faults) => (
          <>
            <Input
              name="query"
              label={words.label}
              fault={faults['query']}
              maxLength={100}
              autocomplete="off"
            />
            <label class="choice">
              <input type="checkbox" name="today" defaultChecked />
              {words.today}
            </label>
          </>
        )}
      </Form>
      {found.value?.length === 0 && <p class="hint">{words.none}</p>}
      <FoundAtDoor bookings={found.value ?? []} send={send} withShow />
    </section>
  );
}
