/** Reads the QR code in a picture; none where it has none. */
export type Decoder = (
  picture: CanvasImageSource,
  width: number,
  height: number,
) => Promise<string | undefined>;

type Detector = { detect(picture: CanvasImageSource): Promise<{ rawValue: string }[]> };
type DetectorClass = {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
};

/** The browser's own reader where it has one that reads QR codes, else ours, which is loaded now. */
export async function openDecoder(): Promise<Decoder> {
  const own = await detectorOfBrowser();
  if (!own) return loadOurs();
  let ours: Promise<Decoder> | undefined;
  return async (...picture) => {
    try {
      const [code] = await own.detect(picture[0]);
      return code?.rawValue;
    } catch {
      // Telephones without the service behind it promise the reader, and fail to read.
      ours ??= loadOurs();
      return (await ours)(...picture);
    }
  };
}

const loadOurs = (): Promise<Decoder> => import('./zxing.ts').then(({ openZxing }) => openZxing());

async function detectorOfBrowser(): Promise<Detector | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  const formats = await BarcodeDetector?.getSupportedFormats().catch((): string[] => []);
  return BarcodeDetector && formats?.includes('qr_code')
    ? new BarcodeDetector({ formats: ['qr_code'] })
    : undefined;
}
