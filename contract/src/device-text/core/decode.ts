/** Turns pasted or uploaded bytes into lines: encoding, terminal controls, invisible characters. */
import { withoutHidden } from '../../fields/characters.ts';

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];
/** Whether it is by a byte order mark, or guessed. */
export type FoundEncoding = { encoding: Encoding; isGuessed: boolean };

const decode = (bytes: Uint8Array, encoding: Encoding, fatal = false): string =>
  new TextDecoder(encoding, { fatal }).decode(bytes);

/** UTF-16 without a byte order mark: most text of devices is ASCII, so every other byte is zero. */
const guessUtf16 = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined => {
  const zeros = [0, 0];
  const sample = bytes.subarray(0, 2048);
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (odd > sample.length / 4 && even === 0) return 'utf-16le';
  return even > sample.length / 4 && odd === 0 ? 'utf-16be' : undefined;
};

/** The encoding of a file by its first bytes: by a byte order mark, or guessed as UTF-16. */
export const encodingOf = (bytes: Uint8Array): FoundEncoding | undefined => {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', isGuessed: false };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', isGuessed: false };
  if (first === 0xef && second === 0xbb && third === 0xbf)
    return { encoding: 'utf-8', isGuessed: false };
  const utf16 = guessUtf16(bytes);
  return utf16 && { encoding: utf16, isGuessed: true };
};

/** The byte of each character in Windows-1252. */
const BYTES = new Map(
  Array.from({ length: 256 }, (_, byte): [string, number] => [
    decode(new Uint8Array([byte]), 'windows-1252'),
    byte,
  ]),
);
/** UTF-8 that was read as Windows-1252: `NumÃ©ro`. */
const MISREAD = /[ÂÃÄÅÐÑØÙâã][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/;

/**
 * Undoes a wrong decoding before the paste: UTF-16 with its zeros, UTF-8 read as Windows-1252.
 * Undefined where the text shows neither.
 */
export const repairDecoding = (text: string): string | undefined => {
  const zeros = text.split('\0').length - 1;
  if (zeros > 0 && 3 * zeros > text.length) return text.replaceAll('\0', '');
  if (!MISREAD.test(text)) return undefined;
  const bytes = Array.from(text, (character) => BYTES.get(character));
  try {
    return decode(
      Uint8Array.from(bytes, (byte) => byte ?? 0xff),
      'utf-8',
      true,
    );
  } catch {
    return undefined;
  }
};

/** A line with its number in the text, from 1; `first` where it was joined from several. */
export type Line = { number: number; text: string; first?: number };

/** The numbers of the lines of the text that a line consists of. */
export const numbersOf = ({ number, first = number }: Line): number[] =>
  Array.from({ length: number - first + 1 }, (_, index) => first + index);

export type CleanText = { lines: Line[]; dropped: { invisible: number; escapes: number } };

/** ECMA-48 control sequences and strings, and single escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
/** Prompts of pagers: `---- More ( Press 'Q' to break ) ----`, `--More--`, `<--- More --->`. */
const PAGER = /(?:<-+|(?<!-)-{2,})[ ]?\(?more\b[^\n]*?(?:-+>|-{2,}|\)(?: ?-{2,}>?|(?=\s|$)))/gi;
/** Cursor movements that lost their escape character on the clipboard. */
const BARE_MOVES = /\[\d{1,3}D/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g;
/** The lines of a text without invisible characters, composed (Unicode NFC). */
export const cleanText = (raw: string): CleanText => {
  const dropped = { invisible: 0, escapes: 0 };
  const dropAs = (kind: keyof typeof dropped, by: string) => () => {
    dropped[kind] += 1;
    return by;
  };
  const visible = raw
    .replaceAll(/\r+\n|\r/g, '\n')
    .replaceAll(ESCAPES, dropAs('escapes', ''))
    .replaceAll(PAGER, dropAs('escapes', ''))
    .replaceAll(BARE_MOVES, dropAs('escapes', ''));
  const text = withoutHidden(visible, dropAs('invisible', ''))
    .replaceAll(CONTROLS, dropAs('invisible', ''))
    .replaceAll(/[\u00a0\u2007\u202f]/g, ' ')
    .normalize('NFC');
  return {
    lines: text.split('\n').map((line, index) => ({ number: index + 1, text: line })),
    dropped,
  };
};
