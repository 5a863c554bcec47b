import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const BLOCK = 512;
const FILE = ['0', ''];
const FOLDER = '5';

const text = (header: Buffer, start: number, length: number): string => {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
};

const octal = (header: Buffer, start: number, length: number): number =>
  Number.parseInt(text(header, start, length).trim(), 8);

/** Unpacks files and folders of a ustar archive (POSIX.1-1988, `pax`); refuses anything else. */
export const unpackTar = async (archive: Buffer, folder: string): Promise<void> => {
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + BLOCK);
    const path = join(folder, text(header, 345, 155), text(header, 0, 100));
    const size = octal(header, 124, 12);
    const type = text(header, 156, 1);
    if (FILE.includes(type)) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, archive.subarray(at + BLOCK, at + BLOCK + size));
      await chmod(path, octal(header, 100, 8));
    } else if (type !== FOLDER) {
      throw new Error(`unexpected tar entry of type "${type}": ${path}`);
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
};
