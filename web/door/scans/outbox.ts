import { signal, type ReadonlySignal } from '@preact/signals';
import { backOffMs, waitOrWake } from '../../api/back-off.ts';
import type { CheckedIn } from '../../api/door-routes.ts';
import { isCertain, type Failure, type Result } from '../../api/failures.ts';
import { newKey } from '../../api/keys.ts';
import type { Keep, KeptScan, Shown } from './kept-scans.ts';

export type Detail = CheckedIn['details'][number];
export type Scan = KeptScan & {
  /** `waiting`: not confirmed. It stays so until the server has answered, however long that takes. */
  state: 'sending' | 'waiting' | 'answered' | 'refused';
  details: readonly Detail[];
  failure?: Failure | undefined;
};
export type Outbox = {
  /** Newest first: those of this page, and those that an earlier one has left unconfirmed. */
  scans: ReadonlySignal<readonly Scan[]>;
  /** Whether unconfirmed scans outlive the page. */
  isKept: ReadonlySignal<boolean>;
  /** Sends a scan. What is not confirmed yet is not sent a second time; then this is that scan. */
  add: (shown: Shown) => Scan;
  /** Somebody gives a scan up that was never confirmed. */
  forget: (key: string) => void;
  /** Tries what waits without more delay. */
  wake: () => void;
  close: () => void;
};
type Needs = {
  keep: Keep;
  send: (scan: KeptScan) => Promise<Result<CheckedIn>>;
  now: () => number;
  username: () => string;
  /** For tests: waits so long, or until it is woken. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

const REMEMBERED = 50;
/** A door does not wait longer than this before it is told that nothing is confirmed yet. */
export const SLOW_MS = 2_500;

export function createOutbox({ keep, send, now, username, wait = waitOrWake }: Needs): Outbox {
  const list = createList(keep.list());
  const { scans } = list;
  const isKept = signal(true);
  const underWay = new Set<string>();
  const closing = new AbortController();
  let waking = new AbortController();
  let isFlushing = false;

  /** Returns whether the server has answered. */
  const attempt = async (scan: KeptScan): Promise<boolean> => {
    underWay.add(scan.key);
    const slow = setTimeout(() => list.update(scan.key, { state: 'waiting' }), SLOW_MS);
    const { data, failure } = await send(scan);
    clearTimeout(slow);
    underWay.delete(scan.key);
    const isDone = data !== undefined || isFinal(failure);
    if (isDone) keep.drop(scan.key);
    if (data) list.update(scan.key, { state: 'answered', details: data.details, failure: undefined });
    else list.update(scan.key, { state: isDone ? 'refused' : 'waiting', failure });
    if (!isDone) void flush(failure);
    return isDone;
  };

  /** Sends what waits, the oldest first, one at a time; waits longer after each failure. */
  const flush = async (last?: Failure): Promise<void> => {
    if (isFlushing) return;
    isFlushing = true;
    let failures = last ? 1 : 0;
    let failure = last;
    for (let scan = list.nextOf(underWay); scan; scan = list.nextOf(underWay)) {
      const signal = AbortSignal.any([closing.signal, waking.signal]);
      if (failures > 0) await wait(delayMs(failures, failure), signal);
      if (closing.signal.aborted) break;
      failures = (await attempt(scan)) ? 0 : failures + 1;
      failure = list.find(scan.key)?.failure;
    }
    isFlushing = false;
  };
  void flush();

  return {
    scans,
    isKept,
    add(shown) {
      const same = scans.value.find((scan) => isOpen(scan) && isSame(scan.shown, shown));
      if (same) return same;
      const kept = { key: newKey(), shown, scannedAt: now(), sentBy: username() };
      isKept.value = keep.put(kept) && isKept.value;
      const scan = list.put(kept);
      void attempt(kept);
      return scan;
    },
    forget(key) {
      keep.drop(key);
      list.remove(key);
    },
    wake() {
      waking.abort();
      waking = new AbortController();
      void flush();
    },
    close: () => closing.abort(),
  };
}

export const isOpen = ({ state }: Scan) => state === 'waiting' || state === 'sending';
/** Answered, and somebody is not let in by it. */
export const isBad = ({ state, details }: Scan): boolean =>
  state === 'refused' || (state === 'answered' && details.some(({ outcome }) => outcome !== 'checked_in'));
const isSame = (a: Shown, b: Shown) => JSON.stringify(a) === JSON.stringify(b);

function createList(kept: readonly KeptScan[]) {
  const scans = signal<readonly Scan[]>(
    kept.map((scan) => ({ ...scan, state: 'waiting' as const, details: [] })).toReversed(),
  );
  return {
    scans,
    update(key: string, change: Partial<Scan>) {
      scans.value = scans.value.map((scan) => (scan.key === key ? { ...scan, ...change } : scan));
    },
    put(kept: KeptScan): Scan {
      const scan: Scan = { ...kept, state: 'sending', details: [] };
      scans.value = [scan, ...scans.value].filter((one, at) => at < REMEMBERED || isOpen(one) || isBad(one));
      return scan;
    },
    remove(key: string) {
      scans.value = scans.value.filter((scan) => scan.key !== key);
    },
    find: (key: string) => scans.value.find((scan) => scan.key === key),
    /** The oldest that waits and is not being sent. */
    nextOf: (underWay: ReadonlySet<string>) =>
      scans.value.findLast(({ key, state }) => state === 'waiting' && !underWay.has(key)),
  };
}

const delayMs = (failures: number, failure: Failure | undefined): number =>
  Math.max(backOffMs(failures), failure?.kind === 'refused' ? (failure.retryAfterMs ?? 0) : 0);

/** Whether the server refuses the scan itself. After 401, 403 and 408 the same scan may be taken: a login may help, or time. */
const isFinal = (failure: Failure): boolean =>
  failure.kind === 'refused' && isCertain(failure) && ![401, 403, 408].includes(failure.status);
