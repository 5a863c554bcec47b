import { type Cpe, changedFields } from '@cpe-desk/contract';
import { cpeColumns, cpeOf } from '../line/cpe-columns.ts';
import type { LineRow } from './queries.ts';

/** A line as the desk has it. */
export type Line = {
  id: string;
  version: number;
  cpe: Cpe;
  corpData: Cpe | null;
  /** Whether the corp-data record names the line's customer, segment group and technology. */
  isLineSame: boolean;
  isUnsettled: boolean;
  wasUpdated: boolean;
  /** The incident that was open when the line was read. */
  incidentId: string | null;
  oltId: string | null;
};

/** What is not as recorded, and what is held instead; null: nothing is held. */
export type Difference = { fields: string[]; held: Cpe | null };

export const lineOf = (row: LineRow): Line => {
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

/** How the corp-data record differs; undefined where it does not. A line without one is what other modules can not find. */
export const corpDataDifference = ({ cpe, corpData, isLineSame }: Line): Difference | undefined => {
  if (corpData === null) return { fields: ['record'], held: null };
  const fields = [...changedFields(cpe, corpData), ...(isLineSame ? [] : ['line'])];
  return fields.length > 0 ? { fields, held: corpData } : undefined;
};

/** How NIG differs; undefined where it does not. It need not know a line that was never updated from here. */
export const nigDifference = ({ cpe, wasUpdated }: Line, held: Cpe | null): Difference | undefined => {
  if (held === null) return wasUpdated ? { fields: ['record'], held: null } : undefined;
  const fields = changedFields(cpe, held);
  return fields.length > 0 ? { fields, held } : undefined;
};
