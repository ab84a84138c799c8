import { useId, useState } from 'preact/hooks';
import type { Movie, Slot } from '../../api/office-routes.ts';
import { Poster } from '../../parts/poster.tsx';
import { duration } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { lastsInto, overrun, runsInto } from './running-time.ts';
import type { Board, Cell } from './week.ts';

type MoviePickerProps = {
  movies: readonly Movie[];
  cell: Cell;
  slots: readonly Slot[];
  board: Board;
  chosen: Movie | undefined;
  onChoose: (movie: Movie) => void;
  fault: string | undefined;
};

/** The movies with their posters, and whether each fits into the slot. */
export function MoviePicker({ movies, cell, slots, board, chosen, onChoose, fault }: MoviePickerProps) {
  const words = office.form;
  const id = useId();
  const earlier = lastsInto(cell, slots, board);
  return (
    <fieldset
      class="movie-picker"
      role="radiogroup"
      tabIndex={-1}
      {...(fault && { 'aria-invalid': 'true', 'aria-describedby': `${id}-fault` })}
    >
      <legend>{words.movie}</legend>
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {earlier !== undefined && <p class="notice bad">{words.lastsInto(earlier)}</p>}
      <Choices movies={movies} cell={cell} chosen={chosen} onChoose={onChoose} />
      <div role="status">{chosen && <Warning movie={chosen} cell={cell} slots={slots} board={board} />}</div>
    </fieldset>
  );
}

type ChoicesProps = Pick<MoviePickerProps, 'movies' | 'cell' | 'chosen' | 'onChoose'>;

function Choices({ movies, cell, chosen, onChoose }: ChoicesProps) {
  const words = office.form;
  const [sought, setSought] = useState('');
  if (movies.length === 0) return <p>{words.noMovies}</p>;
  const isSought = ({ name }: Movie) => name.toLocaleLowerCase().includes(sought.trim().toLocaleLowerCase());
  const shown = movies.filter((movie) => isSought(movie) || movie.movieId === chosen?.movieId);
  return (
    <>
      <label class="find">
        <span>{words.find}</span>
        <input
          type="search"
          autocomplete="off"
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
          // Else Enter would send the form.
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        />
      </label>
      <p class="hint" role="status">
        {shown.length === 0 ? words.noMovie : words.found(shown.length)}
      </p>
      <div class="choices">
        {shown.map((movie) => (
          <label key={movie.movieId} class="choice">
            <input
              type="radio"
              name="movie"
              value={movie.movieId}
              checked={movie.movieId === chosen?.movieId}
              onChange={() => onChoose(movie)}
            />
            <Poster name={movie.name} address={movie.poster} />
            <span class="about">
              <strong dir="auto">{movie.name}</strong>
              <small>{duration(movie.runtime)}</small>
              <Fit runtime={movie.runtime} cell={cell} />
            </span>
          </label>
        ))}
      </div>
    </>
  );
}

function Fit({ runtime, cell }: { runtime: string; cell: Cell }) {
  const words = office.form;
  const longer = overrun(runtime, cell.slot);
  if (longer === undefined) return <small class="warn">{words.unknownTime}</small>;
  if (longer > 0) return <small class="warn">{words.tooLong(longer)}</small>;
  return <small>{longer === 0 ? words.fitsExactly : words.fits(-longer)}</small>;
}

type WarningProps = { movie: Movie } & Pick<MoviePickerProps, 'cell' | 'slots' | 'board'>;

/** The API schedules a movie that is longer than its slot, so the admin is told before. */
function Warning({ movie, cell: { date, slot }, slots, board }: WarningProps) {
  const words = office.form;
  const longer = overrun(movie.runtime, slot) ?? 0;
  if (longer <= 0) return null;
  const next = runsInto({ date, slot, duration: movie.runtime }, slots, board);
  return (
    <p class="notice bad">
      {words.tooLong(longer)}. {next === undefined ? words.tooLongNote : words.runsInto(next)}
    </p>
  );
}
