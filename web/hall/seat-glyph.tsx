import type { Look } from './model.ts';

// Told apart by shape as well as by colour: an outline, a tick, a cross, hatching, a lock.
const MARKS: Record<Look, string> = {
  free: '',
  yours: 'M8 12.5l3 3 5.5-6.5',
  own: 'M8 12.5l3 3 5.5-6.5',
  taken: 'M8 8l8 8M16 8l-8 8',
  held: 'M6 13l7-7M7 18l11-11M12 19l7-7',
};

/** A seat from above: the cushion between its arms. Deluxe seats are wider. */
export function SeatGlyph({ look, isWide }: { look: Look; isWide: boolean }) {
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {isWide ? (
        <path class="cushion" d="M4 3h16a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z" />
      ) : (
        <path class="cushion" d="M7 3h10a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z" />
      )}
      {MARKS[look] !== '' && <path class="mark" d={MARKS[look]} />}
    </svg>
  );
}
