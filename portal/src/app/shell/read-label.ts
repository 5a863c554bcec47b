import { classifySearch, type SearchTerm } from '@cpe-desk/contract';

/** What a label may name, the likeliest first: a serial number is on one device only. */
const wanted = ['ticketNumber', 'serialNumber', 'macAddress'] satisfies SearchTerm['kind'][];

const namedBy = (text: string): SearchTerm[] =>
  classifySearch(text).filter(({ kind }) => wanted.some((each) => each === kind));

/** `SN:HWTC…;MAC:…` in parts, each without its name. */
const partsOf = (text: string): string[] =>
  text.split(/[\s;,|&"{}]+/).flatMap((part) => {
    const [, value = part] = /^[a-z/_ -]+[:=](.+)$/i.exec(part) ?? [];
    return value === '' ? [] : [value];
  });

/**
 * The identifier in the text of a barcode, in stored form: that of a ticket, else a serial number,
 * else a MAC address. Undefined where it names none.
 */
export const identifierOnLabel = (text: string): string | undefined => {
  const whole = namedBy(text);
  const terms = whole.length > 0 ? whole : partsOf(text).flatMap(namedBy);
  for (const kind of wanted) {
    const term = terms.find((each) => each.kind === kind);
    if (term) return term.value;
  }
  return undefined;
};
