import { useRef } from 'preact/hooks';
import type { FoundBooking } from '../api/desk-routes.ts';
import { announce } from '../parts/announce.tsx';
import { Field, Input } from '../parts/field.tsx';
import { readFields } from '../parts/form.tsx';
import { Bones } from '../parts/loading.tsx';
import { Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { desk } from '../text/desk.ts';
import { text } from '../text/text.ts';
import { ExportForm } from './export-form.tsx';
import { ForStaff } from './for-staff.tsx';
import { FoundRow } from './found-row.tsx';
import { useSearch, type Searching } from './use-search.ts';

/** `/app/desk/bookings`: find a booking by its number, a name or a telephone number. */
export function FindPage() {
  return <ForStaff>{() => <Find />}</ForStaff>;
}

function Find() {
  const search = useSearch({ onFound: (count) => announce(desk.find.found(count)) });
  return (
    <Page title={desk.find.title} kind="find-page">
      <SearchForm onSearch={search.begin} />
      <Results search={search} />
      <ExportForm />
    </Page>
  );
}

type SearchFormProps = { onSearch: (wish: { query: string; date: string }) => void };

/** What is looked for stays in the page: names and telephone numbers are not for addresses or histories. */
function SearchForm({ onSearch }: SearchFormProps) {
  const words = desk.find;
  const form = useRef<HTMLFormElement>(null);
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    if (!form.current) return;
    const { query = '', date = '' } = readFields(form.current);
    onSearch({ query: query.trim(), date });
  };
  return (
    <form ref={form} class="card find-form" role="search" onSubmit={search}>
      <Input
        name="query"
        label={words.query}
        hint={words.queryHint}
        maxLength={100}
        autocomplete="off"
        spellcheck={false}
      />
      <Field label={words.date}>{(tie) => <input {...tie} type="date" name="date" />}</Field>
      <button class="main" type="submit">
        {words.submit}
      </button>
    </form>
  );
}

function Results({ search: { found, failure, isReading, next, goOn } }: { search: Searching }) {
  const words = desk.find;
  return (
    <section aria-labelledby="found" aria-busy={isReading}>
      <h2 id="found">{words.results}</h2>
      <List found={found} />
      {found.length === 0 && !isReading && !failure && <p class="hint">{words.none}</p>}
      {isReading && <Bones count={3} kind="line-bone" />}
      {failure && <Problem failure={failure} onRetry={goOn} />}
      {next !== null && !isReading && !failure && (
        <button type="button" onClick={goOn}>
          {found.length === 0 ? words.older : text.list.more}
        </button>
      )}
    </section>
  );
}

function List({ found }: { found: readonly FoundBooking[] }) {
  return (
    <ul class="found">
      {found.map((booking) => (
        <FoundRow key={booking.booking_id} booking={booking} />
      ))}
    </ul>
  );
}
