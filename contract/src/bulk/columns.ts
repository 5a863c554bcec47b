/** The columns of a bulk's file, in the order of the template. */
export const bulkValueColumns = [
  'manufacturer',
  'model',
  'ipAddress',
  'downKbps',
  'upKbps',
  'port',
  'serialNumber',
  'macAddress',
  'ipv6Address',
  'ipv6Prefix',
] as const;
export type BulkValueColumn = (typeof bulkValueColumns)[number];

/** Guards: a row whose record differs from one is refused with `stale-cpe`. */
export const bulkGuardColumns = [
  'currentManufacturer',
  'currentModel',
  'currentIpAddress',
  'currentDownKbps',
  'currentUpKbps',
  'currentPort',
  'currentSerialNumber',
  'currentMacAddress',
  'currentIpv6Address',
  'currentIpv6Prefix',
] as const satisfies readonly `current${Capitalize<BulkValueColumn>}`[];

/** What a heading may name. */
export const bulkColumns = [
  'ticket',
  ...bulkValueColumns,
  'reason',
  'serviceLine',
  ...bulkGuardColumns,
] as const;
export type BulkColumn = (typeof bulkColumns)[number];

/** The columns that `(none)` may clear. */
export const clearableColumns: readonly BulkColumn[] = [
  'serialNumber',
  'macAddress',
  'ipv6Address',
  'ipv6Prefix',
];

/** The text of a cell that clears its column's value. */
export const NONE_CELL = '(none)';

/** The columns that the results add to those of the file. */
export const bulkResultColumns = [
  'row',
  'result',
  'code',
  'detail',
  'updateId',
  'nigReference',
  'at',
] as const;
