import { useSignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { endToken } from '../api/routes.ts';
import { isOver, lock, user } from '../api/session.ts';
import { announceNow } from '../parts/announce.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { desk } from '../text/desk.ts';
import { createIdle, warningMs } from './idle.ts';
import { createUseNotes, readUsedAgoMs } from './last-use.ts';

const LOOK_MS = 1_000;

/** The setting, as the page has it. */
const idleMs = Number(document.querySelector<HTMLElement>('#app')?.dataset['deskIdleMinutes'] ?? 30) * 60_000;
// Of a session that the tab has kept over a reload. After a login the time begins anew.
let usedAgoMs = user.peek() ? readUsedAgoMs() : 0;

/** Ends the session of a desk that nobody uses, and warns before. */
export function IdleWatch() {
  if (!user.value || isOver.value) return null;
  return <Watching key={user.value.username} />;
}

function Watching() {
  const warnedMs = useSignal<number | undefined>(undefined);
  useLayoutEffect(() => {
    const watch = startWatch((left) => {
      const isWarning = left <= warningMs(idleMs);
      if (isWarning && warnedMs.peek() === undefined) announceNow(desk.idle.spoken(secondsOf(left)));
      warnedMs.value = isWarning ? left : undefined;
    });
    return watch.stop;
  }, []);
  if (warnedMs.value === undefined) return null;
  return (
    <Dialog title={desk.idle.title}>
      <p>{desk.idle.warning(secondsOf(warnedMs.value))}</p>
      <div class="actions">
        <button type="button" class="main">
          {desk.idle.stay}
        </button>
      </div>
    </Dialog>
  );
}

const secondsOf = (ms: number) => Math.ceil(ms / 1_000);

/** Looks once a second how long is left, and counts from each key and touch. At the end it locks the session. */
function startWatch(onLook: (leftMs: number) => void): { stop: () => void } {
  const idle = createIdle(idleMs, usedAgoMs);
  usedAgoMs = 0;
  const stopping = new AbortController();
  const { signal } = stopping;
  const look = () => {
    if (idle.left() === 0) endSession();
    else onLook(idle.left());
  };
  const notes = createUseNotes(() => {
    if (idle.used()) notes.noteHere();
    look();
  });
  const use = (event: Event) => {
    if (idle.used()) notes.note();
    else swallow(event);
    look();
  };
  const isWarning = () => idle.left() <= warningMs(idleMs);
  const press = (event: Event) => {
    // The key that answers the warning must not press what is under it.
    if (isWarning()) swallow(event);
    use(event);
  };
  // The warning is answered by the end of a touch, else that would land on what is under it.
  const touch = (event: Event) => isWarning() || use(event);
  addEventListener('keydown', press, { capture: true, signal });
  addEventListener('pointerdown', touch, { capture: true, signal });
  addEventListener('click', use, { capture: true, signal });
  document.addEventListener('visibilitychange', look, { signal });
  const timer = setInterval(look, LOOK_MS);
  notes.noteHere();
  look();
  const stop = () => {
    clearInterval(timer);
    stopping.abort();
    notes.close();
  };
  return { stop };
}

/** Keeps a key or a press from what it was meant for. */
function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function endSession(): void {
  const token = lock();
  if (token !== undefined) void endToken(token);
}
