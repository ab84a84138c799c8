import type { ReadonlySignal } from '@preact/signals';
import { timeOfDay } from '../text/formats.ts';
import { text } from '../text/text.ts';
import type { Line } from './live-seats.ts';

/** Says how old the numbers of seats are, while no newer ones come. */
export function StaleNotice({ line }: { line: ReadonlySignal<Line> }) {
  const { state, heardAt } = line.value;
  if (state === 'live') return null;
  return <p class="hint">{text.hall.reconnecting(timeOfDay(heardAt))}</p>;
}
