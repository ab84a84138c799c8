import type { Kind } from './verdict.ts';

/** A form for each verdict, so that none is told by its colour alone. */
const PATHS: Record<Kind | 'other', string> = {
  // A circle with a tick.
  in: 'M50 6a44 44 0 1 0 .1 0zM28 52l16 16 30-34',
  // Two circles, one behind the other.
  already: 'M38 22a28 28 0 1 0 .1 0zM57 24a28 28 0 1 1-4 52',
  // An octagon with a cross.
  invalid: 'M32 6h36l26 26v36L68 94H32L6 68V32zM34 34l32 32M66 34L34 66',
  // A diamond with a question mark.
  waiting: 'M50 4l46 46-46 46L4 50zM40 40q1-11 11-10 10 1 9 11-1 6-9 10v8M50.5 70v1',
  checking: 'M50 10a40 40 0 1 0 .1 0zM50 28v24l14 8',
  // An arrow that leads elsewhere.
  other: 'M10 30h52V12l30 36-30 36V66H10z',
};

export function Shape({ kind }: { kind: Kind | 'other' }) {
  return (
    <svg class="shape" viewBox="0 0 100 100" aria-hidden="true">
      <path d={PATHS[kind]} />
    </svg>
  );
}
