import type { Result } from '../api/failures.ts';
import { readShow, type Show } from '../api/routes.ts';

const reads = new Map<number, Promise<Result<Show>>>();

/** A show, whose movie and times never change: read once for all bookings of a list. */
export function readShowOnce(id: number): Promise<Result<Show>> {
  const known = reads.get(id);
  if (known) return known;
  const read = readShow(id).then((result) => {
    if (result.failure) reads.delete(id);
    return result;
  });
  reads.set(id, read);
  return read;
}
