import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { TableFault } from './table.ts';

/** Elements and attributes by their names without the prefix of a namespace; `r:id` keeps it. */
export type XmlHandlers = {
  onOpen?(tag: string, attributes: Record<string, string>): void;
  /** A piece of the text inside the element `tag`. */
  onText?(tag: string, text: string): void;
  onClose?(tag: string): void;
};

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Parses XML in pieces and yields after each, so that the caller can use what its handlers took.
 * A document type is refused: it could define entities.
 */
export async function* parseXml(
  part: Readable,
  { onOpen, onText, onClose }: XmlHandlers,
): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const open: string[] = [];
  const refuse = (): never => {
    throw new TableFault('not-a-spreadsheet', 'The spreadsheet has XML that cannot be read');
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name, attributes }) => {
    open.push(local(name));
    onOpen?.(local(name), attributes);
  });
  const text = (piece: string) => onText?.(open.at(-1) ?? '', piece);
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', ({ name }) => {
    open.pop();
    onClose?.(local(name));
  });
  part.setEncoding('utf8');
  for await (const piece of part) {
    parser.write(String(piece));
    yield;
  }
  parser.close();
  yield;
}
