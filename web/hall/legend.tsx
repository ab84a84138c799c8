import { money } from '../text/formats.ts';
import { text } from '../text/text.ts';
import { kindsOf, type Hall } from './map.ts';
import type { Look } from './model.ts';
import { SeatGlyph } from './seat-glyph.tsx';

const LOOKS: readonly Look[] = ['yours', 'held', 'taken'];

/** What the seats look like, and what they cost. */
export function Legend({ hall }: { hall: Hall }) {
  const standard = hall.rows[0]?.type;
  return (
    <ul class="legend" aria-label={text.hall.legend}>
      {kindsOf(hall).map(({ type, paise }) => (
        <li key={`${type} ${paise}`} class="seat free">
          <SeatGlyph look="free" isWide={type !== standard} />
          {type} {money(paise)}
        </li>
      ))}
      {LOOKS.map((look) => (
        <li key={look} class={`seat ${look}`}>
          <SeatGlyph look={look} isWide={false} />
          {text.hall.states[look]}
        </li>
      ))}
    </ul>
  );
}
