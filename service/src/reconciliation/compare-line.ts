import { type Cpe, changedFields, completeCpe } from '@cpe-desk/contract';
import { cpeColumns, cpeOf } from '../line/cpe-columns.ts';
import type { SelectLinesToReconcileRow } from './reconciliation.sql.ts';

/** A line with its recorded CPE and its corp-data record. */
export type Line = {
  id: string;
  version: number;
  cpe: Cpe;
  corpData: Cpe | null;
  /** Whether the corp-data record has the line's customer, segment group and technology. */
  isLineSame: boolean;
  isUnsettled: boolean;
  wasUpdated: boolean;
  /** The incident that was open when the line was read. */
  incidentId: string | null;
  oltId: string | null;
};

/** The fields that differ from the record, and the CPE that is held instead; null: none. */
export type Difference = { fields: string[]; held: Cpe | null };

export const lineOf = (row: SelectLinesToReconcileRow): Line => {
  const corpData = cpeColumns.nullable().parse(row.corp_data);
  return {
    id: row.id,
    version: row.version,
    cpe: cpeOf(cpeColumns.parse(row.cpe)),
    corpData: corpData && cpeOf(corpData),
    isLineSame: row.is_line_same,
    isUnsettled: row.is_unsettled,
    wasUpdated: row.was_updated,
    incidentId: row.incident_id,
    oltId: row.olt_id,
  };
};

/**
 * How the corp-data record differs; undefined where it does not. Other modules cannot find a line
 * without such a record.
 */
export const corpDataDifference = ({ cpe, corpData, isLineSame }: Line): Difference | undefined => {
  if (corpData === null) return { fields: ['record'], held: null };
  const fields = [...changedFields(cpe, corpData), ...(isLineSame ? [] : ['line'])];
  return fields.length > 0 ? { fields, held: corpData } : undefined;
};

/**
 * How NIG differs; undefined where it does not. NIG need not know a line that the desk never
 * updated, nor every member.
 */
export const nigDifference = (
  { cpe, wasUpdated }: Line,
  held: Cpe | null,
): Difference | undefined => {
  if (held === null) return wasUpdated ? { fields: ['record'], held: null } : undefined;
  const fields = changedFields(cpe, completeCpe(held, cpe));
  return fields.length > 0 ? { fields, held } : undefined;
};
