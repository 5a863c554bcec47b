/**
 * Which characters of a text hide or reorder what a person reads. The rules for text build on
 * these.
 */

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, and lone surrogates. PostgreSQL
 * cannot store U+0000, and RFC 8785 cannot hash a lone surrogate. With the flag u, `\p{Cs}` matches
 * lone surrogates only.
 */
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * The same, and the characters that change the direction of text (UAX #9: LRM, RLM, ALM,
 * embeddings, overrides, isolates). U+200C and U+200D join letters of a word and stay allowed.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\p{Bidi_Control}]/u;
export const EVERY_UNSAFE = new RegExp(UNSAFE, 'gu');

/**
 * What a screen does not draw, and the characters that change the direction of text. U+200C and
 * U+200D stay inside a word, where they separate or join letters.
 */
const EVERY_HIDDEN =
  /(?<![\p{L}\p{M}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}])|(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|[\ufff9-\ufffb]/gu;

/**
 * White space, what a screen does not draw (zero-width characters, fillers, tags), the Braille
 * blank and the marks of interlinear text.
 */
const INVISIBLE = /^[\s\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]*$/u;

/** Whether text has a character that a record may not contain. */
export const hasControlCharacter = (text: string): boolean => CONTROL.test(text);

/** Whether text has a control, bidirectional or lone surrogate character. */
export const hasUnsafeCharacter = (text: string): boolean => UNSAFE.test(text);

/** Whether a reader sees nothing of text. */
export const isBlank = (text: string): boolean => INVISIBLE.test(text);

/**
 * Text as it is stored: without invisible and bidirectional characters. All text that enters passes
 * here. `onRemoved` is called for each.
 */
export const withoutHidden = (text: string, onRemoved?: () => void): string =>
  text.replaceAll(EVERY_HIDDEN, () => {
    onRemoved?.();
    return '';
  });
