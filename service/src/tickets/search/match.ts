import {
  type ClaimKind,
  classifySearch,
  parseAnySerialNumber,
  type SearchTerm,
} from '@cpe-desk/contract';

/** Puts a value into a statement and answers its place, as `$3`. */
type Place = (value: unknown) => string;
type Sql = (place: Place) => string;

/**
 * One way in which a ticket `t`, or a row `c` of its line, matches. `near` is the condition that an
 * index answers; of what it finds, `exact` is asked.
 */
export type Condition = { near: Sql; exact: Sql };

/** A search in SQL: conditions of tickets, and of rows of lines. */
export type Match = {
  /** Whether it names one thing, and is not a part of many. */
  isExact: boolean;
  ticket: Condition;
  lines: readonly (Condition & { table: 'cpe' | 'cpe_claim' | 'network_claim' })[];
};

const both = (condition: Sql): Condition => ({ near: condition, exact: condition });

/** No ticket; the planner drops the branch. */
const NEVER = both(() => 'false');

/**
 * Whether the text is an address, a MAC address, a port or a part of one. Without its punctuation
 * it could be a ticket number.
 */
const isOfDevice = (q: string): boolean =>
  /^[\d.]*\.[\d.]*$|^[\da-f:.]*:[\da-f:.]*$/i.test(q) ||
  classifySearch(q).some(({ kind }) => ['ipAddress', 'prefix', 'port'].includes(kind));

/**
 * A value that the planner cannot see, so that it always takes the index: for a common value it
 * would read the table from end to end.
 */
const hidden = (place: Place, value: string): string => `(select ${place(value)}::text)`;

const claims: Partial<Record<SearchTerm['kind'], ClaimKind>> = {
  serialNumber: 'serial-number',
  macAddress: 'mac-address',
  ipAddress: 'ip-address',
};

const ofClaim = (kind: ClaimKind, value: string): Match['lines'][number] => ({
  table: 'cpe_claim',
  ...both((place) => `c.kind = '${kind}' and c.value = ${place(value)}`),
});

/** An IPv6 address or prefix is found by a delegated prefix around it. */
const around = (value: string): Match['lines'] =>
  value.includes(':')
    ? [
        {
          table: 'network_claim',
          ...both((place) => `c.network >>= ${place(value)}::inet`),
        },
      ]
    : [];

const linesOf = ({ kind, value }: SearchTerm): Match['lines'] => {
  const claim = claims[kind];
  if (claim) return [ofClaim(claim, value), ...(kind === 'ipAddress' ? around(value) : [])];
  if (kind === 'prefix')
    return [
      {
        table: 'cpe_claim',
        ...both(
          (place) =>
            `c.kind in ('ip-address', 'ipv6-prefix') and c.value::inet <<= ${place(value)}::inet`,
        ),
      },
      ...around(value),
    ];
  return kind === 'port' ? [{ table: 'cpe', ...both((place) => `c.port = ${place(value)}`) }] : [];
};

/** A serial number that is not one of PON: any short word may be one. */
const ofMakerSerial = (q: string): Match['lines'] => {
  const serial = parseAnySerialNumber(q);
  return serial.ok ? [ofClaim('serial-number', serial.value)] : [];
};

/**
 * The tickets that have the text as their number or their line's id, and those of lines that have
 * it as a serial number, MAC address, IP address, prefix or port.
 */
export const exactMatch = (q: string, plain: string): Match => ({
  isExact: true,
  ticket: isOfDevice(q)
    ? NEVER
    : both(
        (place) => `(plain_text(t.ticket_no) = ${place(plain)} or t.service_line_id = ${place(q)})`,
      ),
  lines: [...classifySearch(q).flatMap(linesOf), ...ofMakerSerial(q)],
});

/** pg_trgm has parts of three characters, so no index finds a shorter text. */
export const PART = 3;
const MOST_PARTS = 4;

/** The last parts of an identifier: its beginning is its maker or its network. */
const lastParts = (text: string): string[] =>
  Array.from({ length: Math.min(MOST_PARTS, text.length - PART + 1) }, (_, n) =>
    text.slice(text.length - PART - n, text.length - n),
  );

const containing = (column: string, text: string, parts: readonly string[]): Condition => {
  const like = (part: string) => (place: Place) => `${column} like ${hidden(place, `%${part}%`)}`;
  return {
    near: (place) => parts.map((part) => like(part)(place)).join(' and '),
    exact: like(text),
  };
};

/** The expression of the index `cpe_part`. */
const IDENTIFIERS = `plain_identifier(
  coalesce(c.serial_number, '') || ' ' || coalesce(c.mac_address, '') || ' ' || c.ip_address
    || ' ' || coalesce(c.ipv6_address, '') || ' ' || coalesce(c.ipv6_prefix, ''))`;

/** As `plain_identifier` writes it; undefined where no identifier has such a part. */
const identifierPartOf = (q: string): string | undefined => {
  const part = classifySearch(q).find(({ kind }) => kind === 'macPart');
  const text =
    part?.value ??
    q
      .toLowerCase()
      .replaceAll('.', 'x')
      .replaceAll(/[\s:-]/g, '');
  return /^[a-z0-9]{3,}$/.test(text) ? text : undefined;
};

/** Models begin with what people type of them. */
const modelsOf = (q: string): Condition => {
  const first = q.toLowerCase();
  const last = `${first}\u{10ffff}`;
  return both(
    (place) =>
      `lower(c.model) collate "C" between ${hidden(place, first)} and ${hidden(place, last)}`,
  );
};

/**
 * The tickets that have the text in their number, customer or line, and those of lines with it in
 * an identifier of their CPE, or at the beginning of its model. `parts`: of `plain`, for the index.
 */
export const textMatch = (q: string, plain: string, parts: readonly string[]): Match => {
  const identifier = identifierPartOf(q);
  return {
    isExact: false,
    ticket: isOfDevice(q) ? NEVER : containing('t.search_text', plain, parts),
    lines: [
      ...(identifier ? [containing(IDENTIFIERS, identifier, lastParts(identifier))] : []),
      ...(q.length >= PART ? [modelsOf(q)] : []),
    ].map((condition) => ({ table: 'cpe', ...condition })),
  };
};
