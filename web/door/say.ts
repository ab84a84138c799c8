import type { Programme } from '../api/routes.ts';
import { door } from '../text/door.ts';
import { timeAt } from './describe.ts';
import type { Verdict } from './verdict.ts';

/** A verdict in a line: its word, and why. */
export function sayVerdict(verdict: Verdict, programme: Programme | undefined): string {
  const words = door.verdict;
  const { kind, counts, detail } = verdict;
  if (counts.in + counts.already + counts.invalid > 1) return words.many(counts);
  if (kind === 'already') return `${words.already}. ${sayEarlier(verdict, programme)}`;
  if (kind === 'invalid') return `${words.invalid}: ${sayReason(detail)}`;
  return words[kind];
}

export const sayReason = (detail: Verdict['detail']): string =>
  detail?.reason ? door.verdict.reasons[detail.reason] : door.verdict.refused;

/** When and by whom it was let in before. */
export function sayEarlier({ detail }: Verdict, programme: Programme | undefined): string {
  const { at, by } = detail ?? {};
  if (at === undefined || by === undefined) return door.verdict.unknownTime;
  return door.verdict.at(timeAt(programme, Date.parse(at)), by);
}
