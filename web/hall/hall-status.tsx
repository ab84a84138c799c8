import type { Signal } from '@preact/signals';
import { list, timeOfDay } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { MOST_SEATS } from './choice.ts';
import type { LiveHall } from './use-hall.ts';

/** Above the seats: how many are free, how fresh that is, what was lost, and the choice of map or list. */
export function HallStatus({ live, isList }: { live: LiveHall; isList: Signal<boolean> }) {
  const words = text.hall;
  const { state, heardAt } = live.line.value;
  const { model } = live;
  const lost = live.lost.value;
  const isFull = model.chosen.value.length === MOST_SEATS;
  return (
    <div class="hall-status">
      <p class={`line ${state}`}>
        <span class="dot" aria-hidden="true" />
        {state === 'live' ? words.live : words.reconnecting(timeOfDay(heardAt))}
      </p>
      <p class="left">{words.left(model.freeCount.value)}</p>
      <fieldset class="switch">
        <legend class="unseen">{words.view}</legend>
        {[false, true].map((each) => (
          <label key={String(each)}>
            <input
              type="radio"
              name="view"
              checked={isList.value === each}
              onChange={() => (isList.value = each)}
            />
            <span>{each ? words.list : words.map}</span>
          </label>
        ))}
      </fieldset>
      {lost.length > 0 && (
        <p class="notice bad">{words.goneFromChoice(list(lost.map(({ number }) => number)), lost.length)}</p>
      )}
      {isFull && <p class="notice">{words.mostSeats(MOST_SEATS)}</p>}
      {model.freeCount.value === 0 && model.chosen.value.length === 0 && (
        <p class="notice">
          <strong>{model.hall.seats.size === 0 ? words.noSeats : words.soldOut}</strong> {words.soldOutMore}
        </p>
      )}
    </div>
  );
}
