import { useState } from 'preact/hooks';
import type { Movie, Schedule } from '../../api/office-routes.ts';
import { Input } from '../../parts/field.tsx';
import { Form, type Sent } from '../../parts/form.tsx';
import { office } from '../../text/office.ts';
import { text } from '../../text/text.ts';
import { MoviePicker } from './movie-picker.tsx';
import { priceNear, readPrice } from './price.ts';
import { RepeatDays } from './repeat-days.tsx';
import type { Wish } from './steps.ts';
import { boardOf, type Cell, type Day } from './week.ts';

type ShowFormProps = {
  movies: readonly Movie[];
  cell: Cell;
  week: readonly Day[];
  schedule: Schedule;
  now: string;
  send: (wishes: readonly Wish[]) => Promise<Sent>;
  onCancel: () => void;
};

/** Movie, price, and the days of the week for one slot. */
export function ShowForm({ movies, cell, week, schedule, now, send, onCancel }: ShowFormProps) {
  const words = office.form;
  const [movie, setMovie] = useState<Movie>();
  const [days, setDays] = useState<readonly string[]>([]);
  const board = boardOf(schedule.shows);
  const check = async ({ price = '' }: Record<string, string>) => {
    const costPaise = readPrice(price);
    if (movie && costPaise !== undefined) {
      return send([cell.date, ...days].toSorted().map((date) => wishOf(movie, date, cell, costPaise)));
    }
    return {
      faults: {
        ...(!movie && { movie: words.movieFault }),
        ...(costPaise === undefined && { price: words.priceFault }),
      },
    };
  };
  const cancel = (
    <button type="button" onClick={onCancel}>
      {text.cancel}
    </button>
  );
  return (
    <Form send={check} submit={words.submit(days.length + 1)} beside={cancel}>
      {(faults) => (
        <>
          <MoviePicker
            movies={movies}
            cell={cell}
            slots={schedule.slots}
            board={board}
            chosen={movie}
            onChoose={setMovie}
            fault={faults['movie']}
          />
          <Input
            name="price"
            label={words.price}
            hint={words.priceHint}
            fault={faults['price']}
            inputMode="decimal"
            autocomplete="off"
            defaultValue={priceNear(cell, schedule.shows)}
          />
          <RepeatDays
            days={week.map(({ date }) => date).filter((date) => date !== cell.date)}
            wishOn={(date) => wishOf(movie, date, cell, 0)}
            board={board}
            now={now}
            chosen={days}
            onChoose={setDays}
          />
        </>
      )}
    </Form>
  );
}

const wishOf = (movie: Movie | undefined, date: string, { slot }: Cell, costPaise: number): Wish => ({
  date,
  slot,
  movieId: movie?.movieId ?? '',
  name: movie?.name ?? '',
  duration: movie?.runtime ?? '',
  costPaise,
});
