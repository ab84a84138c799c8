import type { Programme } from '../../api/routes.ts';
import { door } from '../../text/door.ts';
import { timeAt } from './describe.ts';
import type { Verdict } from './verdict.ts';

type One = Pick<Verdict, 'kind' | 'detail'>;

/** A verdict in a line: its word, and why. */
export function sayVerdict(verdict: Verdict, programme: Programme | undefined): string {
  const { counts } = verdict;
  if (counts.in + counts.already + counts.invalid > 1) return door.verdict.many(counts);
  return sayOne(verdict, programme);
}

/** The verdict on one booking. */
export function sayOne({ kind, detail }: One, programme: Programme | undefined): string {
  const words = door.verdict;
  if (kind === 'already') return `${words.already}. ${sayEarlier(detail, programme)}`;
  if (kind === 'invalid') return `${words.invalid}: ${sayReason(detail)}`;
  return words[kind];
}

export const sayReason = (detail: Verdict['detail']): string =>
  detail?.reason ? door.verdict.reasons[detail.reason] : door.verdict.refused;

/** When and by whom it was let in before. */
export function sayEarlier(detail: Verdict['detail'], programme: Programme | undefined): string {
  const { at, by } = detail ?? {};
  if (at === undefined || by === undefined) return door.verdict.unknownTime;
  return door.verdict.at(timeAt(programme, Date.parse(at)), by);
}
