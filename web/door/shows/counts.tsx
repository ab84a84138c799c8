import { door } from '../../text/door.ts';
import { slotTime } from '../../text/formats.ts';
import { Field } from '../../parts/field.tsx';
import { timeAt } from '../verdict/describe.ts';
import type { Shown } from '../scans/kept-scans.ts';
import { MissingList } from './missing-list.tsx';
import { useCounts, type Counting } from './use-counts.ts';
import type { Shows } from './use-shows.ts';

type CountsProps = { shows: Shows; turn: number; send: (shown: Shown) => void };

/** The show of this door, and how many of it are in, at all gates together. */
export function Counts({ shows, turn, send }: CountsProps) {
  const show = shows.chosen.value;
  const counting = useCounts(show?.id, turn).value;
  return (
    <section class="card counts" aria-labelledby="counts">
      <h2 id="counts" class="unseen">
        {door.count.title}
      </h2>
      <ShowChoice shows={shows} />
      {!show && <p class="hint">{door.count.none}</p>}
      {show && counting && <Numbers counting={counting} shows={shows} />}
      {show && <MissingList key={show.id} showId={show.id} turn={turn} send={send} />}
    </section>
  );
}

function ShowChoice({ shows: { listed, chosen, choose } }: { shows: Shows }) {
  return (
    <Field label={door.show}>
      {(tie) => (
        <select
          {...tie}
          value={chosen.value?.id ?? 'every'}
          onChange={({ currentTarget: { value } }) => choose(value === 'every' ? 'every' : Number(value))}
        >
          {listed.value.map(({ id, slot, movie }) => (
            <option key={id} value={id}>
              {door.showName(slotTime(slot.startTime), movie.name)}
            </option>
          ))}
          <option value="every">{door.everyShow}</option>
        </select>
      )}
    </Field>
  );
}

function Numbers({ counting: { counts, at, isStale }, shows }: { counting: Counting; shows: Shows }) {
  const words = door.count;
  const { in: inside, missing } = counts;
  const all = inside.seats + missing.seats;
  if (all === 0) return <p class="hint">{words.nobody}</p>;
  return (
    <div class={isStale ? 'numbers stale' : 'numbers'}>
      <p class="big">
        <strong>{words.in(inside.seats)}</strong> <span>{words.missing(missing.seats)}</span>
      </p>
      <meter min={0} max={all} value={inside.seats} aria-label={words.bar(inside.seats, all)} />
      <p class="hint">{words.bookings(inside.bookings, missing.bookings)}</p>
      {isStale && <p role="status">{words.stale(timeAt(shows.today.value, at))}</p>}
    </div>
  );
}
