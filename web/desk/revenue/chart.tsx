import { useId, useRef } from 'preact/hooks';
import { dayInMonth, dayName, longDay, money, shortMoney } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { chartOf, labelEvery, type Bar } from './bars.ts';
import type { DayFigures } from './figures.ts';
import { useWidth } from './use-width.ts';

const HEIGHT = 300;

type ChartProps = { days: readonly DayFigures[]; kind: 'week' | 'month'; chosen: string | undefined };

/** Revenue by day beside the days before. The earlier bars are hollow, so that no colour is needed to tell them apart. */
export function Chart({ days, kind, chosen }: ChartProps) {
  const words = office.revenue;
  const place = useRef<HTMLElement>(null);
  const width = useWidth(place);
  const id = useId();
  const values = days.map(({ figures, before }) => ({ now: figures.paise, before: before?.paise }));
  const { pairs, ticks, bottom, left } = chartOf(values, { width, height: HEIGHT });
  const every = labelEvery(days.length, width);
  return (
    <figure class="chart" ref={place}>
      <figcaption class="chart-legend">
        <span class="now">{words.now[kind]}</span> <span class="before">{words.past[kind]}</span>
      </figcaption>
      <svg width={width} height={HEIGHT} role="img" aria-labelledby={id}>
        <title id={id}>{words.chart}</title>
        {ticks.map(({ value, y }) => (
          <g key={value} class="tick-line">
            <line x1={left} x2={width} y1={y} y2={y} />
            <text x={left - 6} y={y} text-anchor="end" dominant-baseline="middle">
              {shortMoney(value)}
            </text>
          </g>
        ))}
        {days.map(({ date, figures, before }, at) => {
          const pair = pairs[at];
          if (!pair) return null;
          return (
            <g key={date} class={date === chosen ? 'chosen' : undefined}>
              {before && pair.before && (
                <Rect kind="before" bar={pair.before} date={before.date} paise={before.paise} />
              )}
              <Rect kind="now" bar={pair.now} date={date} paise={figures.paise} />
              {at % every === 0 && (
                <text x={pair.middle} y={bottom + 18} text-anchor="middle">
                  {kind === 'week' ? dayName(date) : dayInMonth(date)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

type RectProps = { kind: 'now' | 'before'; bar: Bar; date: string; paise: number };

function Rect({ kind, bar, date, paise }: RectProps) {
  return (
    <rect class={kind} {...bar} rx={2}>
      <title>{office.revenue.bar(longDay(date), money(paise))}</title>
    </rect>
  );
}
