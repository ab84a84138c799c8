import { money, number } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { percentChange, type Figures, type Totals as WholeFigures } from './figures.ts';
import type { Kind } from './period.ts';

type TotalsProps = {
  kind: Kind;
  figures: WholeFigures;
  before: Figures;
  /** Whether the period is not over, so that only its first days are compared. */
  isSoFar: boolean;
};

export function Totals({ kind, figures, before, isSoFar }: TotalsProps) {
  const words = office.revenue;
  const what = (isSoFar ? words.comparedSoFar : words.compared)[kind];
  return (
    <dl class="totals">
      <div class="card main-total">
        <dt>{words.total}</dt>
        <dd>{money(figures.paise)}</dd>
        <dd class="hint">
          {before.paise === 0 ? (
            words.noBefore(what)
          ) : (
            <>
              <Trend now={figures.paise} before={before.paise} /> {words.against(before.paise, what)}
            </>
          )}
        </dd>
      </div>
      <Total name={words.bookings} value={number(figures.bookings)} />
      <Total name={words.seats} value={number(figures.seats)} />
      <Total name={words.mean} value={money(figures.meanPaise)} />
      <Total name={words.median} value={money(figures.medianPaise)} />
    </dl>
  );
}

function Total({ name, value }: { name: string; value: string }) {
  return (
    <div class="card">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Trend({ now, before }: { now: number; before: number }) {
  const words = office.revenue;
  const percent = percentChange(now, before) ?? 0;
  if (percent === 0) return <strong>{words.same}:</strong>;
  return percent > 0 ? (
    <strong class="up">{words.more(percent)}:</strong>
  ) : (
    <strong class="down">{words.less(-percent)}:</strong>
  );
}
