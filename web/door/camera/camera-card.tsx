import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { StayAwake } from '../../parts/stay-awake.tsx';
import { door } from '../../text/door.ts';
import type { Camera } from './camera.ts';
import type { Decoder } from './decoder.ts';
import { look } from './look.ts';
import { PhotoField } from './photo-field.tsx';
import { useCamera, type CameraUse, type Looking } from './use-camera.ts';

type CameraProps = {
  onText: (text: string) => void;
  isBlocked: ReadonlySignal<boolean>;
  isLoud: Signal<boolean>;
};

/** Tickets by camera; by photo where there is none. */
export function CameraCard({ onText, isBlocked, isLoud }: CameraProps) {
  const words = door.camera;
  const use = useCamera();
  const looking = use.looking.value;
  const isOn = looking.kind === 'on';
  return (
    <section class="card camera" aria-labelledby="camera">
      <h2 id="camera">{words.title}</h2>
      {isOn ? (
        <Picture looking={looking} use={use} onText={onText} isBlocked={isBlocked} />
      ) : (
        <button
          type="button"
          class="main start"
          onClick={use.start}
          aria-disabled={looking.kind === 'starting'}
        >
          {looking.kind === 'starting' ? words.starting : words.start}
        </button>
      )}
      <Problem looking={looking} />
      {(looking.kind === 'trouble' || !isSecureContext) && <PhotoField onText={onText} />}
      <p class="hint">{words.usb}</p>
      <label class="choice">
        <input
          type="checkbox"
          checked={isLoud.value}
          onChange={({ currentTarget }) => (isLoud.value = currentTarget.checked)}
        />
        {door.sound}
      </label>
    </section>
  );
}

function Problem({ looking }: { looking: Looking }) {
  const words = door.camera;
  const says =
    looking.kind === 'trouble'
      ? words.trouble[looking.trouble]
      : looking.kind === 'not loaded'
        ? words.loadFailed
        : !isSecureContext && words.trouble.insecure;
  if (!says) return null;
  return (
    <p class="notice bad" role="alert">
      {says}
    </p>
  );
}

type PictureProps = Omit<CameraProps, 'isLoud'> & {
  looking: { camera: Camera; decode: Decoder };
  use: CameraUse;
};

function Picture({ looking: { camera, decode }, use, onText, isBlocked }: PictureProps) {
  const words = door.camera;
  const place = useRef<HTMLVideoElement>(null);
  const isLit = useSignal(false);
  const latest = useRef(onText);
  latest.current = onText;
  useEffect(() => {
    const video = place.current;
    if (!video) return undefined;
    video.srcObject = camera.stream;
    // Interrupted by the next camera, or by leaving: then nobody looks at it.
    void video.play().catch(() => undefined);
    return look({ video, decode, isBlocked, onText: (text) => latest.current(text) });
  }, [camera]);
  const light = async () => {
    await camera.setTorch?.(!isLit.peek()).catch(() => undefined);
    isLit.value = !isLit.peek();
  };
  return (
    <>
      <StayAwake />
      <div class="finder">
        <video ref={place} muted playsInline aria-label={words.picture} />
      </div>
      <p class="hint">{words.look}</p>
      <div class="actions">
        {camera.setTorch && (
          <button type="button" aria-pressed={isLit.value} onClick={() => void light()}>
            {isLit.value ? words.torchOff : words.torchOn}
          </button>
        )}
        {camera.hasOthers && (
          <button type="button" onClick={use.change}>
            {words.other}
          </button>
        )}
        <button type="button" onClick={use.stop}>
          {words.stop}
        </button>
      </div>
    </>
  );
}
