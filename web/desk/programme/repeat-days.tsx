import { mediumDay } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { judge, type State, type Wish } from './steps.ts';
import type { Board } from './week.ts';

type RepeatDaysProps = {
  days: readonly string[];
  wishOn: (date: string) => Wish;
  board: Board;
  now: string;
  chosen: readonly string[];
  onChoose: (days: readonly string[]) => void;
};

/** The other days of the week on which the same show can run in the same slot; of the others, why not. */
export function RepeatDays({ days, wishOn, board, now, chosen, onChoose }: RepeatDaysProps) {
  const words = office.form;
  const judged = days.map((date) => ({ date, state: judge(wishOn(date), board, now) }));
  const free = judged.filter(({ state }) => state.kind === 'ready').map(({ date }) => date);
  return (
    <fieldset class="repeat">
      <legend>{words.repeat}</legend>
      {free.length > 1 && (
        <label class="tick">
          <input
            type="checkbox"
            checked={chosen.length === free.length}
            onChange={(event) => onChoose(event.currentTarget.checked ? free : [])}
          />
          <span>{words.allDays}</span>
        </label>
      )}
      <div class="ticks">
        {judged.map(({ date, state }) => (
          <label key={date} class="tick">
            <input
              type="checkbox"
              disabled={state.kind !== 'ready'}
              checked={chosen.includes(date)}
              onChange={(event) =>
                onChoose(
                  event.currentTarget.checked ? [...chosen, date] : chosen.filter((day) => day !== date),
                )
              }
            />
            <span>
              {mediumDay(date)} <Why state={state} />
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Why({ state }: { state: State }) {
  const words = office.steps;
  if (state.kind === 'taken') return <small>{words.taken(state.by)}</small>;
  if (state.kind === 'there') return <small>{words.there}</small>;
  return state.kind === 'past' ? <small>{words.past}</small> : null;
}
