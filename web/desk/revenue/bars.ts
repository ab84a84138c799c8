export type Bar = { x: number; y: number; width: number; height: number };
export type Pair = { now: Bar; before: Bar | undefined; middle: number };
export type Chart = { pairs: Pair[]; ticks: { value: number; y: number }[]; bottom: number; left: number };

const TICKS = 4;
const [TOP, BELOW, LEFT] = [8, 26, 52];

/** A round step so that a few of them reach the largest value. At least a rupee. */
export function roundStep(largest: number): number {
  const least = Math.max(100, largest / TICKS);
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((times) => times * power >= least) ?? 10) * power;
}

type Value = { now: number; before: number | undefined };

/** Pairs of bars in a picture of so many pixels, the earlier one first. */
export function chartOf(
  values: readonly Value[],
  { width, height }: { width: number; height: number },
): Chart {
  const largest = Math.max(0, ...values.flatMap(({ now, before = 0 }) => [now, before]));
  const step = roundStep(largest);
  const most = step * Math.max(1, Math.ceil(largest / step));
  const bottom = height - BELOW;
  const yOf = (value: number) => bottom - (value / most) * (bottom - TOP);
  const room = (width - LEFT) / Math.max(1, values.length);
  const thick = Math.max(2, Math.min(28, room * 0.38));
  const barAt = (x: number, value: number): Bar => ({
    x,
    y: yOf(value),
    width: thick,
    height: bottom - yOf(value),
  });
  return {
    pairs: values.map(({ now, before }, at) => {
      const middle = LEFT + room * (at + 0.5);
      return {
        middle,
        before: before === undefined ? undefined : barAt(middle - thick, before),
        now: barAt(middle, now),
      };
    }),
    ticks: Array.from({ length: Math.round(most / step) + 1 }, (_, at) => ({
      value: at * step,
      y: yOf(at * step),
    })),
    bottom,
    left: LEFT,
  };
}

/** How many days share one label, so that the labels have room: 1 where each has its own. */
export const labelEvery = (count: number, width: number, label = 44): number =>
  Math.max(1, Math.ceil((count * label) / Math.max(1, width - LEFT)));
