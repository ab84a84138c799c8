import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { nextCamera, openCamera, type Camera, type Trouble } from './camera.ts';
import { openDecoder, type Decoder } from './decoder.ts';

export type Looking =
  | { kind: 'off' | 'starting' | 'not loaded' }
  | { kind: 'on'; camera: Camera; decode: Decoder }
  | { kind: 'trouble'; trouble: Trouble };
export type CameraUse = {
  looking: ReadonlySignal<Looking>;
  start: () => void;
  stop: () => void;
  change: () => void;
};

/** The camera, and the reader of codes, which is loaded when the camera is first wanted. */
export function useCamera(): CameraUse {
  const looking = useSignal<Looking>({ kind: 'off' });
  const turn = useRef(0);
  const stop = () => {
    turn.current++;
    const now = looking.peek();
    if (now.kind === 'on') now.camera.close();
    looking.value = { kind: 'off' };
  };
  const open = async (deviceId?: string) => {
    stop();
    const mine = turn.current;
    looking.value = { kind: 'starting' };
    const onEnd = () => {
      if (turn.current === mine) looking.value = { kind: 'trouble', trouble: 'busy' };
    };
    const [opened, decode] = await Promise.all([
      openCamera(deviceId, onEnd),
      openDecoder().catch(() => undefined),
    ]);
    const isWanted = turn.current === mine;
    if ('camera' in opened && (!isWanted || !decode)) opened.camera.close();
    if (!isWanted) return;
    if ('trouble' in opened) looking.value = { kind: 'trouble', trouble: opened.trouble };
    else looking.value = decode ? { kind: 'on', camera: opened.camera, decode } : { kind: 'not loaded' };
  };
  useEffect(() => stop, []);
  return {
    looking,
    stop,
    start: () => void open(),
    change: () => {
      const now = looking.peek();
      if (now.kind === 'on') void nextCamera(now.camera).then(open);
    },
  };
}
