import { useLocation } from 'preact-iso/router';
import type { Movie, Slot } from '../../api/office-routes.ts';
import { Field } from '../../parts/field.tsx';
import { isDay, mediumDay } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { addressOf, type Asked } from './asked.ts';
import { daysOf, KINDS, stepFrom } from './period.ts';

type FiltersProps = {
  asked: Asked & { date: string };
  /** Undefined while they cannot be had. */
  movies: readonly Movie[] | undefined;
  slots: readonly Slot[];
};

/** What is counted. The page's address keeps it, so that back leads to what was seen before. */
export function Filters({ asked, movies, slots }: FiltersProps) {
  const words = office.revenue;
  const { route } = useLocation();
  const change = (part: Partial<Asked>) => route(addressOf({ ...asked, ...part }));
  return (
    <section class="filters" aria-label={words.filters}>
      <PeriodNav asked={asked} />
      <div class="filter-fields">
        <Field label={words.date}>
          {(tie) => (
            <input
              {...tie}
              type="date"
              value={asked.date}
              onChange={({ currentTarget: { value } }) => isDay(value) && change({ date: value })}
            />
          )}
        </Field>
        <Choice
          label={words.movie}
          all={words.everyMovie}
          value={asked.movieId}
          options={(movies ?? []).map(({ movieId, name }) => [movieId, name])}
          onChange={(movieId) => change({ movieId })}
        />
        <Choice
          label={words.genre}
          all={words.everyGenre}
          value={asked.genre}
          options={genresOf(movies ?? []).map((genre) => [genre, genre])}
          onChange={(genre) => change({ genre })}
        />
        <Choice
          label={words.slot}
          all={words.everySlot}
          value={asked.slotId === undefined ? undefined : String(asked.slotId)}
          options={slots.map(({ id, name }) => [String(id), name])}
          onChange={(id) => change({ slotId: id === undefined ? undefined : Number(id) })}
        />
      </div>
    </section>
  );
}

/** The single genres of movies, which say them as a list. */
const genresOf = (movies: readonly Movie[]): string[] =>
  [...new Set(movies.flatMap(({ genre }) => genre.split(', ').filter(Boolean)))].toSorted((a, b) =>
    a.localeCompare(b),
  );

function PeriodNav({ asked }: { asked: FiltersProps['asked'] }) {
  const words = office.revenue;
  const { kind, date } = asked;
  const { from, to } = daysOf(kind, date);
  return (
    <nav class="week-nav" aria-label={words.period}>
      <ul class="kinds">
        {KINDS.map((other) => (
          <li key={other}>
            <a href={addressOf({ ...asked, kind: other })} aria-current={other === kind ? 'true' : undefined}>
              {words.kinds[other]}
            </a>
          </li>
        ))}
      </ul>
      <a class="button" href={addressOf({ ...asked, date: stepFrom(kind, date, -1) })}>
        <span aria-hidden="true">‹</span> {words.before[kind]}
      </a>
      <p class="span" role="status">
        {kind === 'day' ? mediumDay(date) : words.span(mediumDay(from), mediumDay(to))}
      </p>
      <a class="button" href={addressOf({ ...asked, date: stepFrom(kind, date, 1) })}>
        {words.after[kind]} <span aria-hidden="true">›</span>
      </a>
    </nav>
  );
}

type ChoiceProps = {
  label: string;
  all: string;
  value: string | undefined;
  options: readonly (readonly [string, string])[];
  onChange: (value: string | undefined) => void;
};

function Choice({ label, all, value, options, onChange }: ChoiceProps) {
  const isKnown = value === undefined || options.some(([option]) => option === value);
  return (
    <Field label={label}>
      {(tie) => (
        <select
          {...tie}
          value={value ?? ''}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        >
          <option value="">{all}</option>
          {!isKnown && <option value={value}>{value}</option>}
          {options.map(([option, name]) => (
            <option key={option} value={option}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
