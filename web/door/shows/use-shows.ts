import { useComputed, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { serverNow } from '../../api/clock.ts';
import { readProgramme, type PlannedShow, type Programme } from '../../api/routes.ts';
import { showNow, timesOf } from './shows.ts';

/** `now`: the show that the clock says; `every`: all of them; else a show by its id. */
export type Choice = 'now' | 'every' | number;
export type Shows = {
  today: ReadonlySignal<Programme | undefined>;
  listed: ReadonlySignal<readonly PlannedShow[]>;
  /** None where the door is for every show. */
  chosen: ReadonlySignal<PlannedShow | undefined>;
  choose: (choice: Choice) => void;
};

const READ_AGAIN_MS = 60_000;

/** Today's shows, and the one that this door is for. A show that runs past midnight stays until it ends. */
export function useShows(): Shows {
  const today = useSignal<Programme | undefined>(undefined);
  const listed = useSignal<readonly PlannedShow[]>([]);
  const choice = useSignal<Choice>('now');
  const clock = useSignal(serverNow());
  useEffect(() => {
    const read = async () => {
      const { data } = await readProgramme();
      clock.value = serverNow();
      if (!data) return;
      const running = listed.peek().filter((show) => timesOf(show).ends > clock.peek());
      const before = running.filter(({ id }) => data.shows.every((show) => show.id !== id));
      today.value = data;
      listed.value = [...before, ...data.shows];
    };
    void read();
    const timer = setInterval(() => void read(), READ_AGAIN_MS);
    const readAgain = () => void read();
    addEventListener('online', readAgain);
    return () => {
      clearInterval(timer);
      removeEventListener('online', readAgain);
    };
  }, []);
  const chosen = useComputed(() => {
    if (choice.value === 'every') return undefined;
    const wished = listed.value.find(({ id }) => id === choice.value);
    if (wished && timesOf(wished).ends > clock.value) return wished;
    return showNow(listed.value, clock.value);
  });
  return { today, listed, chosen, choose: (next) => (choice.value = next) };
}
