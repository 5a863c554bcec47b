import { type Encoding, encodingOf } from '@cpe-desk/contract';

/** The character that a decoder puts in the place of bytes that it cannot read. */
export const REPLACEMENT = '\ufffd';

/**
 * The text of a file that arrives in pieces: a byte order mark decides its encoding, else
 * `encoding`, else UTF-8. Bytes that cannot be read become U+FFFD, which callers refuse.
 */
export async function* decodeChunks(
  chunks: AsyncIterable<Uint8Array>,
  encoding?: Encoding,
): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const decoderFor = (first: Uint8Array) => {
    const known = encodingOf(first);
    const isKnown = known && !(known.isGuessed && encoding);
    return new TextDecoder(isKnown ? known.encoding : (encoding ?? 'utf-8'));
  };
  for await (const chunk of chunks) {
    decoder ??= decoderFor(chunk);
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder?.decode() ?? '';
}
