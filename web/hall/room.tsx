import { useSignal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import { announce } from '../parts/announce.tsx';
import { text } from '../text/text.ts';
import { MOST_SEATS } from './choice.ts';
import { HallGrid } from './hall-grid.tsx';
import { HallList } from './hall-list.tsx';
import { HallStatus } from './hall-status.tsx';
import { Legend } from './legend.tsx';
import type { HallModel } from './model.ts';
import type { LiveHall } from './use-hall.ts';

type RoomProps = {
  live: LiveHall;
  onToggle: (number: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
};

/** The seats of a hall, as a map or as a list. */
export function Room({ live, onToggle, onKeyDown }: RoomProps) {
  const { model } = live;
  const isList = useSignal(false);
  return (
    <section class="room" aria-label={text.hall.seats} {...(onKeyDown && { onKeyDown })}>
      <HallStatus live={live} isList={isList} />
      {isList.value ? (
        <HallList model={model} onToggle={onToggle} />
      ) : (
        <>
          <p class="screen" aria-hidden="true">
            <span>{text.hall.screen}</span>
          </p>
          <HallGrid model={model} onToggle={onToggle} />
          <Legend hall={model.hall} />
        </>
      )}
    </section>
  );
}

/** Chooses a seat or lets it go. It stays the same function, so that a seat is drawn again only for its own state. */
export function useToggle(model: HallModel, onChoice: () => void): (number: string) => void {
  return useCallback((number) => {
    onChoice();
    if (model.toggle(number) === 'too many') announce(text.hall.mostSeats(MOST_SEATS));
  }, []);
}
