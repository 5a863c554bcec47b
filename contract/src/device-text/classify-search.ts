import { readNetwork } from '../fields/ip-address.ts';
import { formatPort, type Port, readPort } from '../fields/ports/port.ts';
import { portGrammars } from '../fields/ports/read-port-text.ts';
import { cleanText } from './core/decode.ts';
import { readAddress, readMac, readSerial } from './core/values.ts';

export const searchTermKinds = [
  'ticketNumber',
  'serialNumber',
  'macAddress',
  'macPart',
  'ipAddress',
  'prefix',
  'port',
] as const;

/**
 * What a searched text may name. `value` is in stored form; that of a `macPart` is its hex digits,
 * that of a `ticketNumber` the text without `#`, since each operator has numbers of another form.
 */
export type SearchTerm = { kind: (typeof searchTermKinds)[number]; value: string };

const TICKET_NUMBER = /^(?:#\s*(?<number>\S.*)|(?<plain>[a-z]{2,10}[-_ ]?\d{4}[-_ ]?\d{3,}))$/i;

const readTicketNumber = (text: string): string | undefined => {
  const { number, plain } = TICKET_NUMBER.exec(text)?.groups ?? {};
  return number ?? plain;
};

/** Groups of two digits with `:` or `-`, of four or six with each separator. */
const MAC_PARTS = [
  /^[:-]?[0-9a-f]{0,2}(?:[:-][0-9a-f]{1,2})*[:-][0-9a-f]{0,2}$/,
  /^[0-9a-f]{0,4}(?:[:.-][0-9a-f]{4})*[:.-][0-9a-f]{0,4}$/,
  /^[0-9a-f]{0,6}[:.-][0-9a-f]{0,6}$/,
];
/** Parts of an IPv4 address look like groups. */
const DOTTED_DECIMAL = /^(?:\d{0,3}\.)*\d{0,3}$/;
const FEWEST_DIGITS = 3;

/** SNMP leaves out leading zeros between separators: `6a:93:3:9a`. */
const MISSING_ZERO = /(?<=[:-])[0-9a-f](?=[:-])/g;

const readMacPart = (text: string): string | undefined => {
  const lower = text.toLowerCase();
  if (DOTTED_DECIMAL.test(lower) || !MAC_PARTS.some((spelling) => spelling.test(lower)))
    return undefined;
  const digits = lower.replaceAll(MISSING_ZERO, '0$&').replaceAll(/[:.-]/g, '');
  return digits.length < FEWEST_DIGITS || digits.length > 12 ? undefined : digits;
};

const isWhole = (levels: Partial<Port>): levels is Port =>
  [levels.frame, levels.slot, levels.port, levels.onuId].every((level) => level !== undefined);

/** The OLT is unknown, so each manufacturer's reading that names all levels counts. */
const readPorts = (text: string): string[] => {
  const plain = readPort(text);
  const read = portGrammars.flatMap((grammar) => {
    const reading = grammar.read(text);
    return reading?.kind === 'port' && isWhole(reading.levels) ? [reading.levels] : [];
  });
  return [...new Set([...(plain ? [plain] : []), ...read].map(formatPort))];
};

/**
 * Everything that a searched text may name, in each spelling that the fields accept; empty where it
 * is a name or a part of something. Pure: whether there is such a ticket or device, only the
 * service knows.
 */
export const classifySearch = (raw: string): SearchTerm[] => {
  const { lines } = cleanText(raw);
  const text = lines
    .map((line) => line.text)
    .join(' ')
    .trim();
  const term = (kind: SearchTerm['kind'], value: string | undefined): SearchTerm[] =>
    value === undefined ? [] : [{ kind, value }];
  const prefix = readNetwork(text);
  const mac = readMac(text);
  const serial = readSerial(text);
  return [
    ...term('serialNumber', serial),
    ...term('macAddress', mac),
    ...term('prefix', prefix),
    ...term('ipAddress', prefix ? undefined : readAddress(text)?.value),
    ...readPorts(text).flatMap((port) => term('port', port)),
    ...term('ticketNumber', mac || serial ? undefined : readTicketNumber(text)),
    ...term('macPart', mac || serial ? undefined : readMacPart(text)),
  ];
};
