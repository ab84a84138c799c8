import type { ReadonlySignal } from '@preact/signals';
import type { Decoder } from './decoder.ts';
import { createRepeats } from './repeats.ts';

type Look = {
  video: HTMLVideoElement;
  decode: Decoder;
  /** Nothing is read while this holds. */
  isBlocked: ReadonlySignal<boolean>;
  onText: (text: string) => void;
};

// A picture is read in about 8 ms: a third of a slow phone's time stays for the page.
const PAUSE_MS = 100;

/** Reads codes off the camera's pictures, each once while it is in sight, until it is stopped. */
export function look({ video, decode, isBlocked, onText }: Look): () => void {
  const repeats = createRepeats();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const read = async () => {
    if (isBlocked.peek()) repeats.resume(performance.now());
    else if (!document.hidden && video.readyState >= video.HAVE_CURRENT_DATA) {
      const text = await decode(video, video.videoWidth, video.videoHeight).catch(() => undefined);
      if (isOver) return;
      if (text && !isBlocked.peek() && repeats.isNew(text, performance.now())) onText(text);
    }
    timer = setTimeout(() => void read(), PAUSE_MS);
  };
  void read();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
