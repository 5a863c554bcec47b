import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Of 20 lines one is a network element, six are service lines, thirteen are tickets, as in an
 * exchange file.
 */
const PARTS = { elements: 1 / 20, lines: 6 / 20 };
/** One line of this many is bad. */
const BAD_EVERY = 10_000;
/** An OLT has 16 ports with 128 lines each. */
const LINES_OF_AN_OLT = 2048;
const CHUNK_LINES = 1000;

const TECHNOLOGIES = ['FTTH', 'FTTH', 'FTTH', 'FTTB'];
const GROUPS = ['ENTERPRISE', 'GOVERNMENT', 'SME', 'WHOLESALE', 'CONSUMER'];
const STATUSES = [
  'closed',
  'closed',
  'closed',
  'resolved',
  'inProgress',
  'pending',
  'held',
  'acknowledged',
];
const NAMES = [
  'Gemilang',
  'Maju Jaya',
  'Sinar',
  'Cahaya',
  'Teratai',
  'Melati',
  'Perdana',
  'Bestari',
];
const OPENED_MS = Date.parse('2026-11-01T00:00:00Z');

/** A number that looks random and is the same in each run (a multiplicative hash). */
const hashedNumber = (n: number): number => Number((BigInt(n) * 2_654_435_761n) % 4_294_967_296n);
const pick = <Word>(words: readonly Word[], n: number): Word | undefined => words[n % words.length];

type Counts = { olts: number; elements: number; lines: number; tickets: number };

const countsOf = (total: number): Counts => {
  const elements = Math.max(2, Math.round(total * PARTS.elements));
  const lines = Math.round(total * PARTS.lines);
  return {
    elements,
    lines,
    olts: Math.ceil(lines / LINES_OF_AN_OLT),
    tickets: total - elements - lines,
  };
};

const oltOf = (line: number): string => `olt-${Math.floor(line / LINES_OF_AN_OLT)}`;
const address = (n: number): string => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

const networkElement = (n: number, { olts }: Counts) =>
  n < olts
    ? {
        type: 'networkElement',
        id: `olt-${n}`,
        kind: 'OLT',
        name: `Exchange ${n}`,
        manufacturer: 'Huawei',
        model: 'MA5800-X17',
        oltPorts: { frames: [0, 0], slots: [0, 17], ports: [0, 15], onuIds: [0, 127] },
      }
    : { type: 'networkElement', id: `splitter-${n}`, kind: 'SPLITTER', name: `Cabinet ${n}, 1:32` };

const serviceLine = (n: number, { olts, elements }: Counts) => ({
  type: 'serviceLine',
  id: `line-${n}`,
  technology: pick(TECHNOLOGIES, n),
  accessType: 'GPON',
  managedServices: n % 4 !== 0,
  segmentGroup: pick(GROUPS, hashedNumber(n)),
  customer: `${pick(NAMES, hashedNumber(n))} ${pick(NAMES, n >> 3)}, branch ${n}`,
  plan: { downKbps: 300_000, upKbps: 100_000 },
  path: [oltOf(n), `splitter-${olts + (n % (elements - olts))}`],
  cpe: {
    id: `cpe-${n}`,
    name: `Router of line ${n}`,
    manufacturer: 'Huawei',
    model: 'HG8245Hv5',
    ipAddress: address(n),
    bandwidth: { downKbps: 300_000, upKbps: 100_000 },
    port: `gpon-onu_0/3/${(n >> 7) & 15}:${n & 127}`,
    serialNumber: `HWTC${hashedNumber(n + 1)
      .toString(16)
      .padStart(8, '0')}`,
  },
});

const ticket = (n: number, { lines }: Counts) => ({
  type: 'ticket',
  id: `ticket-${n}`,
  ticketNo: `CTT-2025-${String(n).padStart(8, '0')}`,
  status: pick(STATUSES, hashedNumber(n)),
  title: 'Wrong device on record',
  openedAt: new Date(OPENED_MS - n * 60_000).toISOString(),
  serviceLineId: `line-${hashedNumber(n) % lines}`,
});

/**
 * Bad lines take turns: a line that does not parse, a missing reference, a used address, a used
 * number.
 */
const badLine = (n: number, counts: Counts): object | string => {
  if (n < counts.lines)
    return n % 3 === 0
      ? { ...serviceLine(n, counts), path: ['nobody'] }
      : {
          ...serviceLine(n, counts),
          cpe: { ...serviceLine(n, counts).cpe, ipAddress: address(n - 1) },
        };
  const good = ticket(n - counts.lines, counts);
  if (n % 3 === 0) return { ...good, serviceLineId: 'nobody' };
  return n % 3 === 1 ? { ...good, ticketNo: ticket(0, counts).ticketNo } : '{"type":"ticket"';
};

/**
 * Yields the text of the file in pieces. A bad line is a service line or a ticket; other tickets
 * refer to good lines where possible.
 */
function* chunks(total: number): Generator<string> {
  const counts = countsOf(total);
  let chunk = '';
  for (let n = 0; n < total; n += 1) {
    const rest = n - counts.elements;
    const isBad = n % BAD_EVERY === BAD_EVERY - 1 && rest > 1;
    const good = () =>
      rest < 0
        ? networkElement(n, counts)
        : rest < counts.lines
          ? serviceLine(rest, counts)
          : ticket(rest - counts.lines, counts);
    const line = isBad ? badLine(rest, counts) : good();
    chunk += `${typeof line === 'string' ? line : JSON.stringify(line)}\n`;
    if (n % CHUNK_LINES !== CHUNK_LINES - 1) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

/**
 * Writes a file for `npm run import`: network elements, then service lines, then tickets. The same
 * file each time.
 */
export const writeImportFile = (file: string, total: number): Promise<void> =>
  pipeline(Readable.from(chunks(total)), createWriteStream(file));
