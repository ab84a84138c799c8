import type { Kind } from './verdict.ts';

type Tone = { hertz: number; seconds: number };
/** In: up. Already: twice the same. Not valid: long and low. Not confirmed: one, in the middle. */
const TONES: Record<Exclude<Kind, 'checking'>, readonly Tone[]> = {
  in: [
    { hertz: 880, seconds: 0.09 },
    { hertz: 1_320, seconds: 0.16 },
  ],
  already: [
    { hertz: 440, seconds: 0.14 },
    { hertz: 440, seconds: 0.14 },
  ],
  invalid: [{ hertz: 160, seconds: 0.6 }],
  waiting: [{ hertz: 620, seconds: 0.25 }],
};
const SHAKES: Record<keyof typeof TONES, number[]> = {
  in: [60],
  already: [120, 80, 120],
  invalid: [500],
  waiting: [200],
};
const LOUDNESS = 0.3;

let context: AudioContext | undefined;
/** A browser lets a page sound only after its reader has touched it. */
const open = () => {
  context ??= new AudioContext();
  void context.resume().catch(() => undefined);
};
for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, open, { capture: true });

/** Says a verdict to ears and hands. */
export function signalVerdict(kind: Kind, isLoud: boolean): void {
  if (kind === 'checking') return;
  if ('vibrate' in navigator) navigator.vibrate(SHAKES[kind]);
  if (!isLoud || context?.state !== 'running') return;
  let at = context.currentTime;
  for (const { hertz, seconds } of TONES[kind]) {
    sound(context, { hertz, seconds }, at);
    at += seconds + 0.05;
  }
}

function sound(on: AudioContext, { hertz, seconds }: Tone, at: number): void {
  const tone = on.createOscillator();
  const volume = on.createGain();
  tone.type = 'square';
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(LOUDNESS, at);
  // Cut off sharply, a tone clicks.
  volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  tone.connect(volume).connect(on.destination);
  tone.start(at);
  tone.stop(at + seconds);
}
