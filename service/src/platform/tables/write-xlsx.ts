import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { cellText } from './cell-text.ts';

/* The least of a workbook that spreadsheets open (ECMA-376 part 1): text cells, a sheet or more. */

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Excel shows no more rows in a sheet. */
const ROWS_OF_A_SHEET = 1_048_576;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string =>
  cellText(text)
    .replaceAll(/[&<>]/g, (character) => ESCAPES[character] ?? '')
    // Spreadsheets read `_x000D_` as a character by its number.
    .replaceAll(/_(?=x[\dA-F]{4}_)/gi, '_x005F_');

/** Style 1 is the number format `@`: text remains text also after it is edited. */
const rowXml = (row: readonly string[]): string =>
  `<row>${row.map((text) => `<c s="1" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`).join('')}</row>`;

const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`;

type Rows = AsyncIterator<readonly string[]>;

async function* sheetXml(rows: Rows, isOver: { value: boolean }): AsyncGenerator<string> {
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetData>`;
  for (let count = 0; count < ROWS_OF_A_SHEET; count += 1) {
    const { done, value } = await rows.next();
    if (done) {
      isOver.value = true;
      break;
    }
    yield rowXml(value);
  }
  yield '</sheetData></worksheet>';
}

/** The parts that name the sheets. */
const partsOf = (sheets: readonly string[]): [path: string, text: string][] => [
  [
    '[Content_Types].xml',
    `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${sheets.map((sheet) => `<Override PartName="/xl/worksheets/${sheet}.xml" ContentType="${TYPE}.worksheet+xml"/>`).join('')}</Types>`,
  ],
  [
    '_rels/.rels',
    `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${sheets.map((sheet, index) => `<sheet name="${sheet}" sheetId="${index + 1}" r:id="s${index + 1}"/>`).join('')}</sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="styles" Type="${RELATIONS}/styles" Target="styles.xml"/>${sheets.map((sheet, index) => `<Relationship Id="s${index + 1}" Type="${RELATIONS}/worksheet" Target="worksheets/${sheet}.xml"/>`).join('')}</Relationships>`,
  ],
  ['xl/styles.xml', STYLES],
];

const addSheet = async (zip: ZipFile, path: string, xml: Readable): Promise<void> => {
  // A reader that leaves stops the rows.
  zip.outputStream.once('close', () => xml.destroy());
  zip.addReadStream(xml, path);
  await finished(xml);
};

/** Rows as a workbook, in a stream: each row is read when the reader has taken the rows before. */
export const writeXlsx = (source: AsyncIterable<readonly string[]>): Readable => {
  const zip = new ZipFile();
  const rows = source[Symbol.asyncIterator]();
  const write = async (): Promise<void> => {
    const sheets: string[] = [];
    for (const isOver = { value: false }; !isOver.value; ) {
      const name = `sheet${sheets.length + 1}`;
      sheets.push(name);
      await addSheet(zip, `xl/worksheets/${name}.xml`, Readable.from(sheetXml(rows, isOver)));
    }
    for (const [path, text] of partsOf(sheets)) zip.addBuffer(Buffer.from(text), path);
    zip.end();
  };
  const output = zip.outputStream as Readable;
  write().catch((error: unknown) => {
    void rows.return?.();
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return output;
};
