import { useEffect } from 'preact/hooks';

/** Keeps the screen on as long as it is drawn, where the browser can. */
export function StayAwake() {
  useEffect(() => {
    const lock =
      'wakeLock' in navigator ? navigator.wakeLock.request('screen').catch(() => undefined) : undefined;
    return () => void lock?.then((held) => held?.release());
  }, []);
  return null;
}
