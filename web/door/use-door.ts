import { useComputed, useSignal, useSignalEffect, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { serverNow } from '../api/clock.ts';
import { checkIn } from '../api/door-routes.ts';
import type { PlannedShow } from '../api/routes.ts';
import { user } from '../api/session.ts';
import { announce } from '../parts/announce.tsx';
import { door } from '../text/door.ts';
import { createKeep, storeOfBrowser, type Shown } from './scans/kept-scans.ts';
import { createLateAnswers, type LateAnswers } from './scans/late-answers.ts';
import { createOutbox, type Outbox, type Scan } from './scans/outbox.ts';
import { createShowing } from './verdict/showing.ts';
import { signalVerdict } from './verdict/signals.ts';
import { isFor, readFacts, type TicketFacts } from './verdict/ticket-facts.ts';
import { verdictOf, worstOf, type Verdict } from './verdict/verdict.ts';

/** A ticket that says that it is for another show than this door's: nothing is sent until somebody decides. */
export type Other = { ticket: string; facts: TicketFacts; show: PlannedShow };
export type Judged = { scan: Scan; verdict: Verdict };
export type Door = {
  outbox: Outbox;
  /** What covers the page. */
  shown: ReadonlySignal<Judged | undefined>;
  other: ReadonlySignal<Other | undefined>;
  late: LateAnswers;
  isLoud: Signal<boolean>;
  /** A scanned text. */
  scan: (ticket: string) => void;
  /** What somebody decided by hand. */
  send: (shown: Shown) => void;
  next: () => void;
};

const username = () => user.peek()?.username ?? '';

/** The door's scans, and which of them is shown. */
export function useDoor(showHere: ReadonlySignal<PlannedShow | undefined>): Door {
  const other = useSignal<Other | undefined>(undefined);
  const isCovered = useComputed(() => other.value !== undefined);
  const isLoud = useSignal(true);
  const { outbox, showing, late } = useMemo(() => open(isCovered), []);
  const shown = useComputed(() => judge(outbox.scans.value, showing.key.value));
  useSayings(shown, other, isLoud);
  useLateSaying(late, isLoud);
  useEffect(
    () => () => {
      for (const part of [late, showing, outbox]) part.close();
    },
    [outbox],
  );
  // A new login is what scans that wait may have waited for.
  useSignalEffect(() => {
    if (user.value) outbox.wake();
  });

  const send = (what: Shown) => {
    showing.show(outbox.add(what).key);
    other.value = undefined;
  };
  return {
    outbox,
    shown,
    other,
    late,
    isLoud,
    send,
    scan(ticket) {
      const facts = readFacts(ticket);
      const show = showHere.peek();
      if (!facts || !show || isFor(facts, show)) {
        send({ ticket });
        return;
      }
      other.value = { ticket, facts, show };
      showing.next();
    },
    next() {
      showing.next();
      other.value = undefined;
    },
  };
}

function open(isCovered: ReadonlySignal<boolean>) {
  const outbox = createOutbox({
    keep: createKeep(storeOfBrowser()),
    send: ({ shown, key }) => checkIn(shown, key),
    now: serverNow,
    username,
  });
  const showing = createShowing(outbox.scans, isCovered);
  return { outbox, showing, late: createLateAnswers(outbox.scans, showing.key) };
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

/** The answers that came late are said together, once they are all there. */
function useLateSaying({ late }: LateAnswers, isLoud: ReadonlySignal<boolean>): void {
  useSignalEffect(() => {
    if (!late.value?.isOver) return;
    const { counts } = late.value;
    announce(door.waiting.sent(counts));
    signalVerdict(worstOf(counts), isLoud.peek());
  });
}
