import { useComputed, useSignal, useSignalEffect, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { serverNow } from '../api/clock.ts';
import { checkIn } from '../api/door-routes.ts';
import { user } from '../api/session.ts';
import { createKeep, storeOfBrowser, type Shown } from './kept-scans.ts';
import { createOutbox, type Outbox, type Scan } from './outbox.ts';
import { signalVerdict } from './signals.ts';
import { isFor, readFacts, type TicketFacts } from './ticket-facts.ts';
import type { DoorShow } from './use-shows.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** A ticket that says that it is for another show than this door's: nothing is sent until somebody decides. */
export type Other = { ticket: string; facts: TicketFacts; show: DoorShow };
export type Judged = { scan: Scan; verdict: Verdict };
export type Door = {
  outbox: Outbox;
  /** What covers the page. */
  shown: ReadonlySignal<Judged | undefined>;
  other: ReadonlySignal<Other | undefined>;
  isLoud: Signal<boolean>;
  /** A scanned text. */
  scan: (ticket: string) => void;
  /** What somebody decided by hand. */
  send: (shown: Shown) => void;
  next: () => void;
};

const username = () => user.peek()?.username ?? '';

/** The door's scans, and which of them is shown. */
export function useDoor(showHere: ReadonlySignal<DoorShow | undefined>): Door {
  const outbox = useMemo(
    () =>
      createOutbox({
        keep: createKeep(storeOfBrowser()),
        send: ({ shown, key }) => checkIn(shown, key),
        now: serverNow,
        username,
      }),
    [],
  );
  const shownKey = useSignal<string | undefined>(undefined);
  const other = useSignal<Other | undefined>(undefined);
  const isLoud = useSignal(true);
  const shown = useComputed(() => judge(outbox.scans.value, shownKey.value));
  useSayings(shown, other, isLoud);
  useEffect(() => outbox.close, [outbox]);
  // A new login is what scans that wait may have waited for.
  useSignalEffect(() => {
    if (user.value) outbox.wake();
  });

  const send = (what: Shown) => {
    other.value = undefined;
    shownKey.value = outbox.add(what).key;
  };
  return {
    outbox,
    shown,
    other,
    isLoud,
    send,
    scan(ticket) {
      const facts = readFacts(ticket);
      const show = showHere.peek();
      if (!facts || !show || isFor(facts, show)) {
        send({ ticket });
        return;
      }
      shownKey.value = undefined;
      other.value = { ticket, facts, show };
    },
    next() {
      shownKey.value = undefined;
      other.value = undefined;
    },
  };
}

function judge(scans: readonly Scan[], key: string | undefined): Judged | undefined {
  const scan = scans.find((one) => one.key === key);
  return scan && { scan, verdict: verdictOf(scan, scans, username()) };
}

/** Each verdict is heard and felt once, and again when it changes. */
function useSayings(
  shown: ReadonlySignal<Judged | undefined>,
  other: ReadonlySignal<Other | undefined>,
  isLoud: ReadonlySignal<boolean>,
): void {
  const said = useComputed(() => {
    if (other.value) return `already ${other.value.ticket}`;
    return shown.value && `${shown.value.verdict.kind} ${shown.value.scan.key}`;
  });
  useSignalEffect(() => {
    const kind = said.value?.split(' ', 1)[0] as Verdict['kind'] | undefined;
    if (kind) signalVerdict(kind, isLoud.peek());
  });
}
