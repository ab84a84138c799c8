import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { findBookings, type FoundBooking } from '../../api/desk-routes.ts';
import type { Failure } from '../../api/failures.ts';
import { Problem } from '../../parts/problem.tsx';
import { door } from '../../text/door.ts';
import { FoundAtDoor } from '../by-hand/found-at-door.tsx';
import type { Shown } from '../scans/kept-scans.ts';

type MissingProps = { showId: number; turn: number; send: (shown: Shown) => void };

const AT_ONCE = 100;

/** The bookings that are paid and not checked in yet. The list is read when it is opened, and after each check-in of this gate. */
export function MissingList({ showId, turn, send }: MissingProps) {
  const words = door.count;
  const isOpen = useSignal(false);
  const missing = useSignal<readonly FoundBooking[] | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const tries = useSignal(0);
  useEffect(() => {
    if (!isOpen.value) return undefined;
    const leaving = new AbortController();
    void readMissing(showId, leaving.signal).then((result) => {
      if (leaving.signal.aborted) return;
      failure.value = result.failure;
      if (result.data) missing.value = result.data;
    });
    return () => leaving.abort();
  }, [isOpen.value, showId, turn, tries.value]);
  return (
    <details onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>{words.list}</summary>
      {failure.value && <Problem failure={failure.value} onRetry={() => tries.value++} />}
      {missing.value?.length === 0 && <p class="hint">{words.everybody}</p>}
      <FoundAtDoor bookings={missing.value ?? []} send={send} />
    </details>
  );
}

async function readMissing(showId: number, signal: AbortSignal) {
  const missing: FoundBooking[] = [];
  for (let before: number | undefined; ;) {
    const query = { show_id: showId, limit: AT_ONCE, ...(before !== undefined && { before }) };
    const { data, failure } = await findBookings(query, signal);
    if (!data) return { failure };
    missing.push(...data.bookings.filter(({ status }) => status === 'Confirmed'));
    if (data.next === null) return { data: missing };
    before = data.next;
  }
}
