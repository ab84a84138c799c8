import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { readProgramme } from '../api/routes.ts';
import { watch, type StreamState } from '../api/stream.ts';

export type FreeSeats = ReadonlyMap<number, number>;
export type Line = { state: StreamState; heardAt: number };
type LiveSeats = {
  free: ReadonlySignal<FreeSeats>;
  line: ReadonlySignal<Line>;
};

/**
 * Free seats by show, as they change, and how fresh they are. Empty until the first event. Where there are too many
 * listeners, the programme of the day is polled.
 */
export function useFreeSeats(date: string | undefined): LiveSeats {
  const free = useSignal<FreeSeats>(new Map());
  const line = useSignal<Line>({ state: 'live', heardAt: Date.now() });
  const shown = useRef(date);
  shown.current = date;
  useEffect(() => {
    const hear = (heard: FreeSeats) => {
      free.value = heard;
      line.value = { ...line.peek(), heardAt: Date.now() };
    };
    const { close } = watch({
      path: '/programme/events',
      asUser: false,
      onEvent: ({ data }) => {
        const heard = readFree(data);
        if (heard) hear(new Map([...free.peek(), ...heard]));
      },
      onState: (state) => (line.value = { ...line.peek(), state }),
      poll: async () => {
        const { data } = await readProgramme(shown.current);
        if (data === undefined) return false;
        // What the stream said before is older than this.
        hear(new Map(data.shows.map(({ id, availableseats }) => [id, availableseats])));
        return true;
      },
    });
    return close;
  }, []);
  return { free, line };
}

export function readFree(data: string): FreeSeats | undefined {
  try {
    const { free } = JSON.parse(data) as { free?: Record<string, unknown> };
    const pairs = Object.entries(free ?? {}).map(([id, count]) => [Number(id), Number(count)] as const);
    return new Map(pairs.filter((pair) => pair.every(Number.isSafeInteger)));
  } catch {
    return undefined;
  }
}
