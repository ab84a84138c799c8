/** Why there is no picture. */
export type Trouble = 'insecure' | 'denied' | 'missing' | 'busy' | 'failed';
export type Camera = {
  stream: MediaStream;
  /** None where the camera has no lamp. */
  setTorch: ((isOn: boolean) => Promise<void>) | undefined;
  /** Whether there is another camera to change to. */
  hasOthers: boolean;
  close(): void;
};

/** Not in every browser, and not in the types of the DOM. */
type TorchCapabilities = MediaTrackCapabilities & { torch?: boolean };
type TorchConstraints = MediaTrackConstraintSet & { torch?: boolean };

/** Opens a camera, the one at the back unless another is named. `onEnd` is called if it is taken away. */
export async function openCamera(
  deviceId: string | undefined,
  onEnd: () => void,
): Promise<{ camera: Camera } | { trouble: Trouble }> {
  // Browsers hide the cameras from a page over plain HTTP.
  if (!isSecureContext || !('mediaDevices' in navigator)) return { trouble: 'insecure' };
  try {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: 'environment' } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...which } });
    const [track] = stream.getVideoTracks();
    track?.addEventListener('ended', onEnd, { once: true });
    return {
      camera: {
        stream,
        setTorch: track && torchOf(track),
        hasOthers: (await listCameras()).length > 1,
        close: () => stream.getTracks().forEach((one) => one.stop()),
      },
    };
  } catch (error) {
    return { trouble: troubleOf(error) };
  }
}

function torchOf(track: MediaStreamTrack): Camera['setTorch'] {
  const capabilities: TorchCapabilities = 'getCapabilities' in track ? track.getCapabilities() : {};
  if (!capabilities.torch) return undefined;
  return (torch) => track.applyConstraints({ advanced: [{ torch } as TorchConstraints] });
}

const listCameras = async () =>
  (await navigator.mediaDevices.enumerateDevices().catch(() => [])).filter(
    ({ kind }) => kind === 'videoinput',
  );

/** The camera after this one, around in a circle. */
export async function nextCamera({ stream }: Camera): Promise<string | undefined> {
  const cameras = (await listCameras()).map(({ deviceId }) => deviceId);
  const now = stream.getVideoTracks()[0]?.getSettings().deviceId ?? '';
  return cameras[(cameras.indexOf(now) + 1) % cameras.length];
}

export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  // The camera is there, and the system does not give it: another page or program has it.
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'failed';
}
