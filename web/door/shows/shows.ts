import type { PlannedShow } from '../../api/routes.ts';

const OPENS_BEFORE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** When a show starts and ends, and when its tickets are first let in. */
export function timesOf({ startsAt, slot: { startTime, endTime } }: Pick<PlannedShow, 'startsAt' | 'slot'>) {
  const [starts, from, until] = [Date.parse(startsAt), ofDay(startTime), ofDay(endTime)];
  const lastsMs = until > from ? until - from : until - from + DAY_MS;
  return { opens: starts - OPENS_BEFORE_MS, starts, ends: starts + lastsMs };
}

const ofDay = (time: string): number => Date.parse(`1970-01-01T${time.slice(0, 8)}Z`);

/** The show that a door is for now: of those that are open the last to start, else the next one. */
export function showNow<Show extends Pick<PlannedShow, 'startsAt' | 'slot'>>(
  shows: readonly Show[],
  now: number,
): Show | undefined {
  const inOrder = shows.toSorted((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
  const isOpen = (show: Show) => timesOf(show).opens <= now && now < timesOf(show).ends;
  return inOrder.findLast(isOpen) ?? inOrder.find((show) => timesOf(show).starts > now);
}
