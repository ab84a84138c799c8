import { backOffMs, waitOrWake } from './back-off.ts';
import { send } from './call.ts';
import { createEventReader, type StreamEvent } from './event-text.ts';

/** `live` while events arrive, or while polling stands in for them. */
export type StreamState = 'live' | 'reconnecting' | 'over';
export type Watch = {
  path: string;
  asUser: boolean;
  onEvent: (event: StreamEvent) => void;
  onState: (state: StreamState) => void;
  /**
   * Reads the same facts by a request, for use when there are too many streams. Returns whether it succeeded.
   */
  poll: () => Promise<boolean>;
  /** For tests: how long no byte may come. The server sends a comment every 15 s. */
  silentMs?: number;
};
type End = 'ended' | 'failed' | 'crowded' | 'over';

const SILENT_MS = 40_000;
const HIDDEN_MS = 10_000;
const POLL_MS = 2_000;
const POLLS_BEFORE_NEXT_TRY = 15;

/** Follows a stream of events until it is closed: reconnects, and pauses while the page is hidden. */
export function watch(what: Watch): { close: () => void } {
  const closing = new AbortController();
  void follow(what, closing.signal);
  return { close: () => closing.abort() };
}

async function follow(what: Watch, closed: AbortSignal): Promise<void> {
  for (let failures = 0; !closed.aborted;) {
    await untilLookedAt(closed);
    if (closed.aborted) return;
    const end = await listen(what, closed);
    if (closed.aborted) return;
    if (end === 'over') {
      what.onState('over');
      return;
    }
    if (end === 'crowded') await pollInstead(what, closed);
    else {
      failures = end === 'ended' ? 1 : failures + 1;
      if (!document.hidden) what.onState('reconnecting');
      await waitOrWake(backOffMs(failures), closed);
    }
  }
}

async function listen(what: Watch, closed: AbortSignal): Promise<End> {
  const ending = new AbortController();
  const stopResting = whenHidden(HIDDEN_MS, () => ending.abort());
  const stop = () => ending.abort();
  addEventListener('offline', stop);
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const awake = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => ending.abort(), what.silentMs ?? SILENT_MS);
  };
  try {
    awake();
    const signal = AbortSignal.any([closed, ending.signal]);
    // A stream has no end: only the watchdog ends it.
    const sent = await send(what.path, { asUser: what.asUser, signal, withinMs: 2 ** 31 - 1 });
    if ('failure' in sent) return sent.failure.kind === 'lost' ? 'failed' : 'over';
    const { response } = sent;
    if (response.status === 429 || response.status === 503) return 'crowded';
    if (response.status === 404) return 'over';
    if (!response.ok || !response.body) return 'failed';
    what.onState('live');
    await read(response.body, what.onEvent, awake);
    return 'ended';
  } catch {
    return 'ended';
  } finally {
    clearTimeout(watchdog);
    stopResting();
    removeEventListener('offline', stop);
  }
}

async function read(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onEvent: Watch['onEvent'],
  awake: () => void,
): Promise<void> {
  const feed = createEventReader(onEvent);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    awake();
    feed(value);
  }
}

async function pollInstead({ poll, onState }: Watch, closed: AbortSignal): Promise<void> {
  for (let polls = 0; polls < POLLS_BEFORE_NEXT_TRY && !closed.aborted && !document.hidden; polls++) {
    onState((await poll()) ? 'live' : 'reconnecting');
    await waitOrWake(POLL_MS, closed);
  }
}

/** Calls back once the page has been hidden for this long. Returns a function that stops that. */
function whenHidden(ms: number, act: () => void): () => void {
  const stopping = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(act, ms);
  };
  document.addEventListener('visibilitychange', look, { signal: stopping.signal });
  look();
  return () => {
    clearTimeout(timer);
    stopping.abort();
  };
}

function untilLookedAt(closed: AbortSignal): Promise<void> {
  if (!document.hidden || closed.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = new AbortController();
    const look = () => {
      if (document.hidden && !closed.aborted) return;
      done.abort();
      resolve();
    };
    document.addEventListener('visibilitychange', look, { signal: done.signal });
    closed.addEventListener('abort', look, { signal: done.signal });
  });
}
