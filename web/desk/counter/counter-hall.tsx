import { useSignalEffect } from '@preact/signals';
import type { PlannedShow } from '../../api/routes.ts';
import { BestPicker } from '../../hall/best-picker.tsx';
import { bestTogether } from '../../hall/best-seats.ts';
import { MOST_SEATS } from '../../hall/choice.ts';
import type { SeatMap } from '../../hall/map.ts';
import type { HallModel } from '../../hall/model.ts';
import { Room, useToggle } from '../../hall/room.tsx';
import { useHall, type LiveHall } from '../../hall/use-hall.ts';
import { announce } from '../../parts/announce.tsx';
import { list, mediumDay, slotTime } from '../../text/formats.ts';
import { desk } from '../../text/desk.ts';
import { text } from '../../text/text.ts';
import { forgetRefusal, sale, underWay } from './sale.ts';
import { SalePanel } from './sale-panel.tsx';

/** The hall of a show, and beside it the sale. */
export function CounterHall({ show, map }: { show: PlannedShow; map: SeatMap }) {
  const live = useHall(show.id, map, {
    isCounter: true,
    isSelling: underWay()?.showId === show.id,
  });
  const { model } = live;
  useFollowedSale(show.id, live);
  const onChoice = () => {
    live.forgetLost();
    forgetRefusal();
  };
  const toggle = useToggle(model, onChoice);
  return (
    <>
      <h2 class="counter-show" dir="auto">
        {show.movie.name}, {mediumDay(show.date)}, {slotTime(show.slot.startTime)}
      </h2>
      <div class="hall-layout">
        <BestPicker model={model} onChoice={onChoice} />
        <Room
          live={live}
          onToggle={toggle}
          onKeyDown={(event) => {
            if (chooseByDigit(event, model)) onChoice();
          }}
        />
        <SalePanel show={show} live={live} onToggle={toggle} />
      </div>
    </>
  );
}

/** In the map a digit chooses so many seats together; 0 means ten. Returns whether it did. */
function chooseByDigit(event: KeyboardEvent, model: HallModel): boolean {
  const isSeat = event.target instanceof HTMLElement && event.target.dataset['number'] !== undefined;
  if (!isSeat || !/^\d$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return false;
  const count = Number(event.key) || MOST_SEATS;
  const found = bestTogether(model.hall, { count, isFree: model.isFree })?.map(({ number }) => number);
  if (!found) {
    announce(desk.sale.noneTogether(count));
    return false;
  }
  model.choose(found);
  announce(text.hall.bestPicked(list(found)));
  return true;
}

/** While the sale is under way, what is heard of its seats waits; then the map says what is free. */
function useFollowedSale(showId: number, { model, beforeHold, afterNoHold }: LiveHall): void {
  useSignalEffect(() => {
    const state = sale.value;
    const isUnderWay = 'order' in state && state.order.showId === showId;
    if (isUnderWay) beforeHold();
    if (isUnderWay || !model.isHolding.peek()) return;
    if (state.kind === 'sold') model.choose([]);
    void afterNoHold(true);
  });
}
