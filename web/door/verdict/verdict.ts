import type { Detail, Scan } from '../scans/outbox.ts';

/** What the screen says of a scan. */
export type Kind = 'checking' | 'waiting' | 'in' | 'already' | 'invalid';
export type Verdict = {
  kind: Kind;
  /** How many bookings had which outcome. More than one where several were checked in at once. */
  counts: Record<'in' | 'already' | 'invalid', number>;
  /** Of a single booking. */
  detail: Detail | undefined;
  /** When this gate let the same booking in before, where this page remembers it. */
  hereAt: number | undefined;
  /** This gate sent it before under another user, and got no answer: so the earlier check-in may be its own. */
  mayBeOwn: boolean;
};

export const KINDS = { checked_in: 'in', already_done: 'already', invalid: 'invalid' } as const;
// The database's clock beside that of the answers' dates, which are whole seconds.
const CLOCKS_DIFFER_MS = 10_000;

/** The verdict on a scan, among all that this page remembers. The worst outcome counts where there are several. */
export function verdictOf(scan: Scan, scans: readonly Scan[], username: string): Verdict {
  const detail = scan.details.length === 1 ? scan.details[0] : undefined;
  return {
    kind: kindOf(scan),
    counts: countsOf(scan),
    detail,
    hereAt: detail?.outcome === 'already_done' ? letInHere(detail, scan, scans) : undefined,
    mayBeOwn: detail !== undefined && mayBeOwn(detail, scan, username),
  };
}

export function kindOf(scan: Scan): Kind {
  if (scan.state === 'sending') return 'checking';
  if (scan.state === 'waiting') return 'waiting';
  return scan.state === 'refused' ? 'invalid' : worstOf(countsOf(scan));
}

function countsOf({ details }: Scan): Verdict['counts'] {
  const counts = { in: 0, already: 0, invalid: 0 };
  for (const { outcome } of details) counts[KINDS[outcome]]++;
  return counts;
}

export function worstOf({ invalid, already }: Verdict['counts']): 'in' | 'already' | 'invalid' {
  if (invalid > 0) return 'invalid';
  return already > 0 ? 'already' : 'in';
}

const letInHere = ({ booking_id: id }: Detail, scan: Scan, scans: readonly Scan[]): number | undefined =>
  scans.find(
    (other) =>
      other.key !== scan.key &&
      other.details.some(({ booking_id, outcome }) => booking_id === id && outcome === 'checked_in'),
  )?.scannedAt;

/** The key belongs to the user who sent it first, so another user does not get that user's answer again. */
const mayBeOwn = ({ outcome, at, by }: Detail, { sentBy, scannedAt }: Scan, username: string): boolean =>
  outcome === 'already_done' &&
  sentBy !== username &&
  by === sentBy &&
  Date.parse(at ?? '') >= scannedAt - CLOCKS_DIFFER_MS;
