import {
  accessTypes,
  hasControlCharacter,
  hasUnsafeCharacter,
  isBlank,
  oltPortsSchema,
  parseIpAddress,
  parseMacAddress,
  segmentGroups,
  technologies,
  ticketStatuses,
  withoutHidden,
} from '@cpe-desk/contract';
import { z } from 'zod';
import {
  type Read,
  readIpAddress,
  readIpv6Prefix,
  readMacAddress,
  readName,
  readSerialNumber,
} from './read-device-value.ts';
import { readTime } from './read-time.ts';

/** PostgreSQL's `integer`. */
const LARGEST_INTEGER = 2_147_483_647;
/** Longer text is an accident, not a name. The rules for new values are stricter. */
const LONGEST_TEXT = 255;
/** No path from the exchange to the customer is longer. */
const LONGEST_PATH = 32;
/** Addresses of one element. */
const MOST_ADDRESSES = 64;

/** A number where text belongs, as JSON of a spreadsheet has it. */
const textOfNumber = (value: unknown): unknown =>
  Number.isSafeInteger(value) ? String(value) : value;

const text = (longest: number, right: string) =>
  z.preprocess(
    textOfNumber,
    z
      .string(right)
      .max(longest, `Give at most ${longest} characters`)
      .refine((value) => !hasControlCharacter(value), 'Leave out control characters')
      // It stands for bytes that an earlier program could not read.
      .refine((value) => !value.includes('\ufffd'), 'Give the character in the place of U+FFFD'),
  );
/** Text for people: what hides or reorders text is left out. */
const visibleText = (longest = LONGEST_TEXT) =>
  text(longest, 'Give text')
    .transform((value) => withoutHidden(value).normalize('NFC'))
    .refine((value) => !isBlank(value), 'Give visible text');
const id = text(64, 'Give an id of 1 to 64 characters').refine(
  (value) => !isBlank(value) && !hasUnsafeCharacter(value) && withoutHidden(value) === value,
  'Give a visible id',
);
const name = text(LONGEST_TEXT, 'Give text').transform((value) =>
  readName(withoutHidden(value).normalize('NFC')),
);
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `Give one of ${values.join(', ')}`);
const orNull = <Value>(schema: z.ZodType<Value>) =>
  schema.nullish().transform((value) => value ?? null);
const kbps = (lowest: number) => {
  const right = `Give a whole number of kbit/s, ${lowest} or more`;
  return z.int(right).min(lowest, right).max(LARGEST_INTEGER, right);
};

const readBy = <Value>(
  right: string,
  read: (text: string) => Read,
  orNone: (value: string) => Value,
) =>
  text(LONGEST_TEXT, right).transform((value, context) => {
    const found = read(withoutHidden(value));
    if (found.ok) return orNone(found.value);
    const { code, detail } = found;
    context.addIssue({ code: 'custom', message: detail, params: { kind: code } });
    return z.NEVER;
  });
const known = (value: string) => value;
const unlessNone = (value: string) => (value === '' ? null : value);

/** An address of an element itself: it is no CPE's. */
const readOwnAddress = (value: string): Read => {
  const mac = parseMacAddress(value);
  return mac.ok ? mac : parseIpAddress(value);
};

const networkElementMembers = {
  type: z.literal('networkElement'),
  id,
  name: visibleText(),
  manufacturer: orNull(name),
  model: orNull(name),
  addresses: z
    .array(readBy('Give an IP or MAC address', readOwnAddress, known), 'Give a list of addresses')
    .max(MOST_ADDRESSES, `Give at most ${MOST_ADDRESSES} addresses`)
    .nullish(),
};

const networkElementSchema = z.discriminatedUnion(
  'kind',
  [
    z.object({ ...networkElementMembers, kind: z.literal('OLT'), oltPorts: oltPortsSchema }),
    z.object({
      ...networkElementMembers,
      kind: z.enum(['SPLITTER', 'ONT']),
      oltPorts: z.null('Only an OLT has ports').default(null),
    }),
  ],
  'Give one of OLT, SPLITTER, ONT',
);

const recordedCpeSchema = z.object(
  {
    id,
    name: visibleText().optional(),
    manufacturer: name,
    model: name,
    ipAddress: readBy('Give an IP address', readIpAddress, known),
    bandwidth: z.object(
      { downKbps: kbps(0), upKbps: kbps(0) },
      'Give an object with downKbps and upKbps',
    ),
    /** Read by the OLT of the line's path. */
    port: text(LONGEST_TEXT, 'Give a port'),
    serialNumber: orNull(readBy('Give a serial number', readSerialNumber, unlessNone)),
    macAddress: orNull(readBy('Give a MAC address', readMacAddress, unlessNone)),
    // Absent: a known CPE keeps what is recorded.
    ipv6Address: readBy('Give an IPv6 address', readIpAddress, unlessNone).nullish(),
    ipv6Prefix: readBy('Give an IPv6 prefix', readIpv6Prefix, unlessNone).nullish(),
  },
  'Give an object, or leave it out',
);

const serviceLineSchema = z.object({
  type: z.literal('serviceLine'),
  id,
  technology: oneOf(technologies),
  accessType: orNull(oneOf(accessTypes)),
  managedServices: z.boolean('Give true or false'),
  segmentGroup: oneOf(segmentGroups),
  customer: visibleText(),
  plan: z.object({ downKbps: kbps(1), upKbps: kbps(1) }, 'Give an object with downKbps and upKbps'),
  path: z
    .array(id, 'Give a list of ids of network elements')
    .max(LONGEST_PATH, `Give at most ${LONGEST_PATH} ids`),
  cpe: orNull(recordedCpeSchema),
});

const ticketSchema = z.object({
  type: z.literal('ticket'),
  id,
  ticketNo: id,
  status: oneOf(ticketStatuses),
  title: visibleText(500),
  openedAt: readBy('Give a time with its offset', readTime, known),
  serviceLineId: id,
});

export const recordSchema = z.discriminatedUnion(
  'type',
  [networkElementSchema, serviceLineSchema, ticketSchema],
  'Give one of networkElement, serviceLine, ticket',
);

/** A record of an import file. */
export type ImportRecord = z.infer<typeof recordSchema>;
export type NetworkElementRecord = Extract<ImportRecord, { type: 'networkElement' }>;
export type ServiceLineRecord = Extract<ImportRecord, { type: 'serviceLine' }>;
export type TicketRecord = Extract<ImportRecord, { type: 'ticket' }>;

/** A member with those inside it. */
export type Members = { readonly [name: string]: true | Members };

const bandwidth: Members = { downKbps: true, upKbps: true };

/** All members of each type, to find those that nothing reads. */
export const members: Readonly<Record<ImportRecord['type'], Members>> = {
  networkElement: {
    ...{ type: true, id: true, kind: true, name: true, manufacturer: true, model: true },
    addresses: true,
    oltPorts: { frames: true, slots: true, ports: true, onuIds: true },
  },
  serviceLine: {
    ...{ type: true, id: true, technology: true, accessType: true, managedServices: true },
    ...{ segmentGroup: true, customer: true, plan: bandwidth, path: true },
    cpe: {
      ...{ id: true, name: true, manufacturer: true, model: true, ipAddress: true, bandwidth },
      ...{ port: true, serialNumber: true, macAddress: true, ipv6Address: true, ipv6Prefix: true },
    },
  },
  ticket: {
    ...{ type: true, id: true, ticketNo: true, status: true, title: true, openedAt: true },
    serviceLineId: true,
  },
};
