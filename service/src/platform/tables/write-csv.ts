import { cellText } from './cell-text.ts';

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Where a spreadsheet would begin a cell with a formula, whatever separator it splits at, and
 * whatever quotes it removes (OWASP, CSV injection). Full-width signs count in East Asian versions.
 */
const FORMULA = /(^|[,;|])(\s*"*\s*)(?=[=+\-@＝＋－＠])/g;

/** An apostrophe makes the text of a formula text. */
const defused = (text: string): string => text.replaceAll(FORMULA, "$1$2'");

const quoted = (text: string): string => `"${defused(cellText(text)).replaceAll('"', '""')}"`;

const PIECE = 16_384;

/**
 * Rows as CSV (RFC 4180, UTF-8): a byte order mark, without which Excel guesses the encoding, and
 * each cell in quotes. More rows are read when the reader has taken a piece.
 */
export async function* writeCsv(rows: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  let piece = BYTE_ORDER_MARK;
  for await (const row of rows) {
    piece += `${row.map(quoted).join(',')}\r\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
