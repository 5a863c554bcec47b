import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

const WIDTH = 640;
const HEIGHT = 480;
const DARK = 16;
const LIGHT = 235;

const wasm = readFileSync(
  fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')),
);
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer } });

/** A picture of a label in the middle of a wall, as the luma plane of a frame. */
const pictureOf = async (text: string): Promise<Uint8Array> => {
  const { symbol, error } = await writeBarcode(text, { format: 'Code128' });
  if (error || symbol === null) throw new Error(`no barcode of ${text}: ${error}`);
  const { data, width } = symbol;
  const scale = Math.floor((WIDTH - 80) / width);
  const left = Math.floor((WIDTH - width * scale) / 2);
  const luma = new Uint8Array(WIDTH * HEIGHT).fill(LIGHT);
  for (let y = 160; y < 320; y++)
    for (let x = 0; x < width * scale; x++)
      if (data[Math.floor(x / scale)] === 0) luma[y * WIDTH + left + x] = DARK;
  return luma;
};

/**
 * Flags of Chromium for a camera that sees a label with this barcode: a video file (YUV4MPEG2) in
 * the folder.
 */
export const cameraWith = async (text: string, folder: string): Promise<string[]> => {
  const file = join(folder, 'label.y4m');
  const colours = new Uint8Array((WIDTH * HEIGHT) / 2).fill(128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), await pictureOf(text), colours]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([head, frame, frame]));
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ];
};
