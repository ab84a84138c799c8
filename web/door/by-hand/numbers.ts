import type { Shown } from '../scans/kept-scans.ts';

/**
 * The booking numbers in what somebody typed, each once; none where there is anything else in it. A telephone's keys for numbers
 * have a full stop or a comma.
 */
export function readNumbers(typed: string): number[] | undefined {
  const parts = typed.split(/[\s,.;#]+/).filter(Boolean);
  const isNumber = (part: string) => /^\d{1,15}$/.test(part) && Number(part) > 0;
  if (parts.length === 0 || !parts.every(isNumber)) return undefined;
  return [...new Set(parts.map(Number))];
}

/** What a check-in of these bookings asks. */
export function shownBy(ids: readonly number[]): Shown {
  const [id] = ids;
  return ids.length === 1 && id !== undefined ? { booking_id: id } : { booking_ids: ids };
}
