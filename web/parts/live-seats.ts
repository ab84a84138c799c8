import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { watch } from '../api/stream.ts';

export type FreeSeats = ReadonlyMap<number, number>;

/** Free seats by show, as they change. Empty until the first event; `poll` stands in where there are too many listeners. */
export function useFreeSeats(poll: () => void): ReadonlySignal<FreeSeats> {
  const free = useSignal<FreeSeats>(new Map());
  useEffect(() => {
    const { close } = watch({
      path: '/programme/events',
      asUser: false,
      onEvent: ({ data }) => {
        const heard = readFree(data);
        if (heard) free.value = new Map([...free.peek(), ...heard]);
      },
      onState: () => undefined,
      poll: async () => (poll(), true),
    });
    return close;
  }, []);
  return free;
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
