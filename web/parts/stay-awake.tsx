import { useEffect } from 'preact/hooks';
import { keepAwake } from './keep-awake.ts';

/** Keeps the screen on as long as it is drawn, where the browser can. */
export function StayAwake() {
  useEffect(() => ('wakeLock' in navigator ? keepAwake(navigator.wakeLock, document) : undefined), []);
  return null;
}
