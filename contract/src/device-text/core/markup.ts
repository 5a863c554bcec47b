/** Turns HTML and XML into lines: `name : value` for an element, cells for the row of a table. */
import type { Line } from './decode.ts';

const TOKEN = /<(?<end>\/?)(?<tag>[a-z][\w:.-]*)(?<attributes>[^<>]*)>|<[^<>]*>|[^<]+|</gi;
const ANY_TAG = /<\/[a-z][\w:.-]*>/gi;
/** Elements inside a text. */
const INLINE = /^(?:a|abbr|b|big|code|em|font|i|img|kbd|small|span|strong|sub|sup|tt|u|wbr)$/i;
const CELL = /^(?:td|th)$/i;
/** Elements whose name says nothing of the text in them. */
const PLAIN =
  /^(?:address|article|aside|body|blockquote|br|caption|center|dd|div|fieldset|footer|form|h\d|head|header|html|label|legend|li|main|nav|ol|option|p|pre|section|select|script|style|table|tbody|textarea|tfoot|thead|title|tr|ul|string)$/i;
/** Elements that name the one after them: TR-069's `Name`, lists of definitions, property lists. */
const NAMES = /^(?:name|dt|key)$/i;

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', amp: '&' },
};

const plainText = (text: string): string =>
  text.replaceAll(/&(?:#(?<code>\d{1,6})|(?<name>[a-z]{2,5}));/gi, (whole, code, name) =>
    code ? String.fromCodePoint(Math.min(Number(code), 0x10ffff)) : (ENTITIES[name] ?? whole),
  );

/** Whether a text is markup: it has several closing tags, and is no JSON. */
const isMarkup = (text: string): boolean =>
  !/^\s*[{[]/.test(text) && (text.match(ANY_TAG)?.length ?? 0) >= 2;

/** The state of a walk through the tokens. */
class Walk {
  readonly lines: Line[] = [];
  private text = '';
  private number = 1;
  private cells: string[] = [];
  private attribute: string | undefined;
  private name: string | undefined;

  add(text: string, number: number): void {
    if (this.text.trim() === '') this.number = number;
    this.text += plainText(text);
  }

  open(tag: string, attributes: string): void {
    if (INLINE.test(tag)) return;
    if (CELL.test(tag) || this.cells.length === 0) this.flush();
    this.attribute = /\bname\s*=\s*"(?<name>[^"]*)"/i.exec(attributes)?.groups?.name;
  }

  close(tag: string): void {
    const text = this.text.trim();
    if (INLINE.test(tag)) return;
    if (CELL.test(tag)) {
      this.cells.push(text.replaceAll(/\s+/g, ' '));
      this.text = '';
    } else if (/^tr$/i.test(tag)) this.endRow();
    else if (text !== '' && this.cells.length === 0) this.closeElement(tag, text);
    this.attribute = undefined;
  }

  /** Text that no element closed. */
  flush(): void {
    for (const [index, text] of this.text.split('\n').entries())
      if (text.trim() !== '') this.lines.push({ number: this.number + index, text });
    this.text = '';
  }

  endRow(): void {
    if (this.cells.length > 0)
      this.lines.push({ number: this.number, text: this.cells.join('\t') });
    this.cells = [];
    this.text = '';
  }

  private closeElement(tag: string, text: string): void {
    const name = this.name ?? this.attribute ?? tag.replace(/^.*:/, '');
    const isNamed = this.name !== undefined || this.attribute !== undefined || !PLAIN.test(tag);
    this.name = NAMES.test(tag) ? text : undefined;
    if (this.name === undefined && isNamed && !text.includes('\n')) this.text = `${name} : ${text}`;
    if (this.name === undefined) this.flush();
    this.text = '';
  }
}

/** The lines of a text without its tags; the lines themselves where it has none. */
export const withoutMarkup = (lines: readonly Line[]): readonly Line[] => {
  const text = lines.map((line) => line.text).join('\n');
  if (!isMarkup(text)) return lines;
  const walk = new Walk();
  let number = 1;
  for (const { 0: token, groups } of text.matchAll(TOKEN)) {
    if (groups?.tag === undefined) {
      if (!token.startsWith('<'))
        walk.add(token, number + (/^\s*/.exec(token)?.[0].match(/\n/g)?.length ?? 0));
    } else if (groups.end) walk.close(groups.tag);
    else walk.open(groups.tag, groups.attributes ?? '');
    number += token.match(/\n/g)?.length ?? 0;
  }
  walk.endRow();
  walk.flush();
  return walk.lines;
};

/** Quoting of mails, marks of chats, lines of Unicode in tables, and marks of full width. */
const FRAMES = /^\s*(?:>\s?)+|\*{2,}|`/g;
const MARKS: Readonly<Record<string, string>> = {
  ...{ '│': '|', '┃': '|', '║': '|', '：': ':', '，': ',', '；': ';', '＝': '=' },
};
const MARK = /[│┃║：，；＝]/g;

/** Lines without quoting and marks of layout. */
export const withoutFrames = (lines: readonly Line[]): readonly Line[] =>
  lines.map((line) => {
    const text = line.text.replaceAll(FRAMES, '').replaceAll(MARK, (mark) => MARKS[mark] ?? mark);
    return text === line.text ? line : { ...line, text };
  });
