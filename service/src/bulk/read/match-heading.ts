import {
  type BulkColumn,
  bulkColumns,
  bulkValueColumns,
  meaningOf,
  plainName,
} from '@cpe-desk/contract';

/** Names of the columns that no device text has. */
const OTHER_NAMES: readonly [BulkColumn, names: string][] = [
  ['ticket', 'ticket ticketno ticketnr ticketnumber ticketid ticketnummer ctt cttno cttid tiket'],
  ['ticket', 'cttnumber notiket nombortiket nomortiket numeroticket numerodeticket numeroduticket'],
  ['ticket', 'troubleticket troubleticketno troubleticketnumber zgloszenie тикет 工单 工单号'],
  ['serviceLine', 'serviceline servicelineid lineid'],
  ['reason', 'reason grund begrundung motif motivo razon alasan sebab powod причина 原因'],
];

const columnByName = new Map<string, BulkColumn>([
  ...bulkColumns.map((column): [string, BulkColumn] => [plainName(column), column]),
  ...OTHER_NAMES.flatMap(([column, names]) =>
    names.split(' ').map((name): [string, BulkColumn] => [plainName(name), column]),
  ),
]);

const guardByValue = new Map(
  bulkValueColumns.flatMap((column) => {
    const guard = columnByName.get(`current${plainName(column)}`);
    return guard ? [[column, guard] as const] : [];
  }),
);

/** Words before a name that say the value is the recorded one, or one of the past. */
const CURRENT = /^(?:current|present|aktuell(?:er?s?)?|actual|actuel(?:le)?|semasa)(?=.{2})/;
const PAST = /^(?:old|previous|former|before|alt(?:er?s?)?|bisherig(?:er?s?)?|lama)(?=.{2})/;

/** Names that the reader knows, but that lists also give to something else. */
const DOUBTFUL = new Set(['location', 'objectname', 'friendlyname', 'interface', 'port location']);
const LEAST_WEIGHT = 3;

/** The column of a value that a name of the field's languages means. */
const valueColumnOf = (name: string): (typeof bulkValueColumns)[number] | undefined => {
  const exact = bulkValueColumns.find((column) => plainName(column) === name);
  if (exact) return exact;
  const meaning = meaningOf(name);
  if (!meaning || meaning === 'never' || meaning.weight < LEAST_WEIGHT || DOUBTFUL.has(name))
    return undefined;
  switch (meaning.field) {
    case 'address':
      return /ip(?:v|addr)?6|inet6/.test(name) ? 'ipv6Address' : 'ipAddress';
    case 'down':
      return 'downKbps';
    case 'up':
      return 'upKbps';
    case 'manufacturer':
    case 'model':
    case 'serialNumber':
    case 'macAddress':
    case 'ipv6Prefix':
    case 'port':
      return meaning.field;
    default:
      return undefined;
  }
};

/**
 * The column that a heading means, in the languages that the reader knows; undefined where it means
 * none for certain.
 */
export const matchHeading = (heading: string): BulkColumn | undefined => {
  const name = plainName(heading);
  const exact = columnByName.get(name);
  if (exact) return exact;
  if (PAST.test(name)) return undefined;
  if (!CURRENT.test(name)) return valueColumnOf(name);
  const value = valueColumnOf(name.replace(CURRENT, ''));
  return value && guardByValue.get(value);
};

/** The unit of rates below a heading: `Download (Mbit/s)`; kbit/s where it names none. */
export const unitOfHeading = (heading: string): 'k' | 'm' | 'g' => {
  const unit = /([kmg])(?:i?b(?:it)?)(?:ps|\/s(?:ec)?|s)?\W*$/i.exec(heading)?.[1]?.toLowerCase();
  return unit === 'm' || unit === 'g' ? unit : 'k';
};
