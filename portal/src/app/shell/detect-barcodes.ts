/** Reads the texts of the barcodes in a picture. */
export type DetectBarcodes = (picture: HTMLVideoElement) => Promise<string[]>;

/** What labels of devices have: one-dimensional codes, and squares. */
const FORMATS = ['code_128', 'code_39', 'code_93', 'qr_code', 'data_matrix'] as const;

/** Shape Detection API (WICG). TypeScript's library does not have it. */
type Detector = { detect(picture: HTMLVideoElement): Promise<{ rawValue: string }[]> };
type DetectorClass = {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
};

const native = async (): Promise<Detector | undefined> => {
  const { BarcodeDetector: found } = globalThis as { BarcodeDetector?: DetectorClass };
  const known = (await found?.getSupportedFormats().catch(() => [])) ?? [];
  return found && FORMATS.every((format) => known.includes(format))
    ? new found({ formats: [...FORMATS] })
    : undefined;
};

/** Browsers without a detector load ZXing, a WebAssembly file of the desk. */
const zxing = async (): Promise<Detector> => {
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill');
  prepareZXingModule({ overrides: { locateFile: (file: string) => `/${file}` } });
  return new BarcodeDetector({ formats: [...FORMATS] });
};

/** The browser's own detector where it reads all formats, else one that is loaded. */
export const loadDetector = async (): Promise<DetectBarcodes> => {
  const detector = (await native()) ?? (await zxing());
  return async (picture) => (await detector.detect(picture)).map(({ rawValue }) => rawValue);
};
