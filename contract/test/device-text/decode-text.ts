import { type Encoding, encodingOf } from '../../src/device-text/core/decode.ts';

const decode = (bytes: Uint8Array, encoding: Encoding): string =>
  new TextDecoder(encoding, { fatal: true }).decode(bytes);

/** The text of a file of a case: by its byte order mark, else UTF-8, else Windows-1252. */
export const decodeText = (bytes: Uint8Array): { text: string } => {
  const known = encodingOf(bytes)?.encoding;
  if (known) return { text: decode(bytes, known) };
  try {
    return { text: decode(bytes, 'utf-8') };
  } catch {
    return { text: decode(bytes, 'windows-1252') };
  }
};
