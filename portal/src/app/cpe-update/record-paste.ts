import {
  type LineFacts,
  parseIpAddress,
  parseMacAddress,
  parsePort,
  parseSerialNumber,
} from '@cpe-desk/contract';
import type { DraftField } from './cpe-draft.ts';
import { readKbps, readRatePair } from './rate.ts';

/** What was recognised in a pasted record, and how many lines with something in them were not. */
export type PastedRecord = { values: Partial<Record<DraftField, string>>; ignored: number };

type Target = DraftField | 'bandwidth';

/** The names that devices, OLTs, exports and people give the fields, without their punctuation. */
const NAMES: Readonly<Record<Target, readonly string[]>> = {
  manufacturer: ['manufacturer', 'vendor', 'vendorname', 'make', 'ontvendor'],
  model: [
    'model',
    'modelname',
    'productclass',
    'equipmentid',
    'ontmodel',
    'devicemodel',
    'type',
    'onutype',
    'onttype',
  ],
  serialNumber: ['serialnumber', 'serial', 'sn', 'ontsn', 'onusn', 'serialno', 'gponsn'],
  macAddress: ['macaddress', 'mac', 'ethernetmac', 'hwaddr', 'hardwareaddress', 'wanmac'],
  ipAddress: [
    'ipaddress',
    'ip',
    'ipv4',
    'ipv6',
    'ipv4address',
    'ipv6address',
    'wanip',
    'managementip',
    'ontip',
    'inetaddr',
  ],
  downKbps: [
    'downkbps',
    'down',
    'downstream',
    'download',
    'downstreamrate',
    'bandwidthdown',
    'bandwidthdownkbps',
    'downrate',
    'bandwidthdownkbits',
  ],
  upKbps: [
    'upkbps',
    'up',
    'upstream',
    'upload',
    'upstreamrate',
    'bandwidthup',
    'bandwidthupkbps',
    'uprate',
    'bandwidthupkbits',
  ],
  bandwidth: ['bandwidth', 'plan', 'speed', 'rate', 'profile'],
  port: ['port', 'ponport', 'onuinterface', 'onuif', 'interface', 'onuindex', 'fspontid', 'location'],
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const targets = new Map(
  (Object.keys(NAMES) as Target[]).flatMap((target) =>
    NAMES[target].map((name): [string, Target] => [name, target]),
  ),
);

const readers = {
  serialNumber: parseSerialNumber,
  macAddress: parseMacAddress,
  ipAddress: (text: string) => parseIpAddress(text.replace(/\/\d+$/, '')),
  port: (text: string) => parsePort(text),
} as const;

/**
 * The value among remarks, as in `485754431A2B3C4D (HWTC-1A2B3C4D)`; the text as it is where none
 * can be read.
 */
const readAmong = (target: Exclude<Target, 'bandwidth'>, text: string): string => {
  if (!(target in readers)) return text;
  const read = readers[target as keyof typeof readers];
  const parsed = [text, ...text.split(/[\s(),;]+/)].map((word) => read(word)).find(({ ok }) => ok);
  return parsed?.ok ? parsed.value : text;
};

const fieldsOf = (target: Target, text: string): Partial<Record<DraftField, string>> => {
  if (target === 'bandwidth') {
    const pair = readRatePair(text);
    return pair ? { downKbps: String(pair.downKbps), upKbps: String(pair.upKbps) } : {};
  }
  if (target !== 'downKbps' && target !== 'upKbps') return { [target]: readAmong(target, text) };
  const kbps = readKbps(text);
  return { [target]: Number.isNaN(kbps) ? text : String(kbps) };
};

/** Empty, or what programs print for nothing. */
const isNothing = (text: string): boolean => /^(?:-+|n\/?a|null|none|)$/i.test(text);

const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replaceAll('""', '"')
    .trim();

const take = (found: PastedRecord['values'], name: string, value: string): boolean => {
  const target = targets.get(plain(name));
  const text = unquoted(value);
  if (!target) return false;
  // The first one counts: what follows in a device's output are its neighbours and counters.
  if (!isNothing(text)) Object.assign(found, { ...fieldsOf(target, text), ...found });
  return true;
};

const flat = (value: unknown, name = ''): [string, string][] => {
  if (typeof value === 'string' || typeof value === 'number') return [[name, String(value)]];
  if (Array.isArray(value)) return flat(value[0], name);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, key));
};

const fromJson = (text: string): PastedRecord | undefined => {
  try {
    const pairs = flat(JSON.parse(text));
    const values: PastedRecord['values'] = {};
    const ignored = pairs.filter(([name, value]) => !take(values, name, value)).length;
    return { values, ignored };
  } catch {
    return undefined; // not JSON
  }
};

/** One row of CSV (RFC 4180), or of a table with tabs. */
const cells = (line: string, separator: string): string[] =>
  line
    .match(new RegExp(`(?:^|${separator})(?:"(?:[^"]|"")*"|[^${separator}]*)`, 'g'))
    ?.map((cell, index) => unquoted(index === 0 ? cell : cell.slice(1))) ?? [];

const fromTable = (lines: readonly string[]): PastedRecord | undefined => {
  const [head, row] = lines;
  if (head === undefined || row === undefined) return undefined;
  const separator = ['\t', ';', ','].find((each) => head.includes(each));
  if (!separator) return undefined;
  const [names, texts] = [cells(head, separator), cells(row, separator)];
  if (names.filter((name) => targets.has(plain(name))).length < 2) return undefined;
  const values: PastedRecord['values'] = {};
  names.forEach((name, index) => void take(values, name, texts[index] ?? ''));
  return { values, ignored: lines.length - 2 };
};

/** Values that tell by themselves what they are. */
const byForm = (line: string, { allowedPrefixes }: LineFacts): PastedRecord['values'] => {
  const found: Partial<Record<DraftField, string>> = {};
  for (const word of line.split(/[\s,;|="'()]+/)) {
    const serial = parseSerialNumber(word);
    const mac = parseMacAddress(word);
    const port = parsePort(word);
    const address = parseIpAddress(word.replace(/\/\d+$/, ''), allowedPrefixes);
    if (serial.ok && !mac.ok) found.serialNumber ??= serial.value;
    if (mac.ok && /[:.-]/.test(word)) found.macAddress ??= mac.value;
    if (port.ok) found.port ??= port.value;
    if (address.ok && !mac.ok) found.ipAddress ??= address.value;
  }
  return found;
};

/** `Name : value`, `name=value`, or `name   value`. */
const NAMED = /^\s*(?<name>[A-Za-z][\w .()/-]*?)\s*(?:[:=]|\s{2,})\s*(?<value>.+?)\s*$/;

/** A port in two lines: frame/slot/port in the one, the ONU id in the other. */
const portParts = { fsp: /^\d+\/\d+\/\d+$/, ontid: /^\d+$/ } as const;

const fromLines = (lines: readonly string[], facts: LineFacts): PastedRecord => {
  const named: PastedRecord['values'] = {};
  const seen: PastedRecord['values'] = {};
  const parts = new Map<string, string>();
  let ignored = 0;
  for (const line of lines) {
    const { name, value } = NAMED.exec(line)?.groups ?? {};
    if (name && value && take(named, name, value)) continue;
    const part = plain(name ?? '');
    if (value && (part === 'fsp' || part === 'ontid') && portParts[part].test(value)) {
      parts.set(part, value);
      continue;
    }
    const found = byForm(line, facts);
    if (Object.keys(found).length === 0) ignored += 1;
    Object.assign(seen, { ...found, ...seen });
  }
  const port = parsePort(`${parts.get('fsp')}:${parts.get('ontid')}`);
  return { values: { ...seen, ...(port.ok && { port: port.value }), ...named }, ignored };
};

/** Reads a whole record out of JSON, CSV with headings, or what a router or an OLT printed. */
export const readPastedRecord = (text: string, facts: LineFacts): PastedRecord => {
  const lines = text.split(/\r?\n/).filter((line) => /[A-Za-z0-9]/.test(line));
  return fromJson(text) ?? fromTable(lines) ?? fromLines(lines, facts);
};

/** Whether a text is more than one value: somebody pasted a record into a field. */
export const isRecord = (text: string): boolean => /[\r\n\t]/.test(text.trim()) || /^\s*\{/.test(text);
