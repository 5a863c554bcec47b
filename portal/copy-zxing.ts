import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Copies the WebAssembly file that reads barcodes into generated/, from the version that
 * barcode-detector needs. Pages load it from the desk (src/app/shell/detect-barcodes.ts).
 */

const FOLDER = join(import.meta.dirname, 'generated');
const detector = import.meta.resolve('barcode-detector/ponyfill');
const file = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm', detector));

await mkdir(FOLDER, { recursive: true });
await copyFile(file, join(FOLDER, 'zxing_reader.wasm'));
