import { changedFields, completeCpe, normaliseCpe } from '@cpe-desk/contract';
import { claimsOf } from '../line/claims.ts';
import { refreshCorpData } from '../line/corp-data.sql.ts';
import { cpeOf, cpeRow } from '../line/cpe-columns.ts';
import { run, type Transaction } from '../platform/database/database.ts';
import { BadRecord } from './bad-record.ts';
import {
  type ImportSelectRecordedCpesRow,
  importCutPath,
  importLockCpes,
  importLockLines,
  importReleaseClaims,
  importSelectClaimsOfOthers,
  importSelectRecordedCpes,
  importSelectUnsettledLines,
  importUpsertClaims,
  importUpsertCpes,
  importUpsertLines,
  importUpsertPath,
} from './import.sql.ts';
import type { ServiceLineRecord } from './parse-line.ts';

/** The number of changed records, and the lines that were kept, with the reason. */
export type Written = { changed: number; kept: ReadonlyMap<string, string> };

/**
 * Writes service lines with their paths, CPEs, claims and corp-data temp records. It keeps what
 * people decided in the desk: a whole line with an unsettled update, and a CPE that was corrected
 * in the desk.
 */
export const writeServiceLines = async (
  tx: Transaction,
  lines: readonly ServiceLineRecord[],
  at: Date,
): Promise<Written> => {
  const kept = new Map<string, string>();
  const allIds = lines.map(({ id }) => id);
  await run(tx, importLockCpes, [allIds]);
  await run(tx, importLockLines, [allIds]);
  for (const { id } of await run(tx, importSelectUnsettledLines, [allIds]))
    kept.set(id, 'an update of its CPE is unsettled');

  const writable = lines.filter(({ id }) => !kept.has(id));
  const ids = writable.map(({ id }) => id);
  const changed = new Set<string>();
  const addChanged = (rows: { id: string }[]) => rows.forEach(({ id }) => void changed.add(id));
  addChanged(await run(tx, importUpsertLines, [JSON.stringify(writable.map(lineRow))]));
  const path = JSON.stringify(writable.flatMap(pathRows));
  addChanged(await run(tx, importUpsertPath, [path]));
  addChanged(await run(tx, importCutPath, [path, ids]));
  addChanged(await run(tx, importUpsertCpes, [JSON.stringify(writable.flatMap(cpeRows)), at]));

  const recorded = await run(tx, importSelectRecordedCpes, [ids]);
  addChanged(await writeClaims(tx, ids, recorded));
  addChanged(await run(tx, refreshCorpData, [ids, at]));
  for (const id of linesWithDifferentCpe(writable, recorded))
    kept.set(id, 'its CPE was corrected in the desk');
  return { changed: changed.size, kept };
};

export const lineRow = ({ id, technology, customer, plan, ...line }: ServiceLineRecord) => ({
  id,
  technology,
  access_type: line.accessType,
  managed_services: line.managedServices,
  segment_group: line.segmentGroup,
  customer,
  plan_down_kbps: plan.downKbps,
  plan_up_kbps: plan.upKbps,
});

export const pathRows = ({ id, path }: ServiceLineRecord) =>
  path.map((element, position) => ({ service_line_id: id, position, network_element_id: element }));

export const cpeRows = ({ id, cpe }: ServiceLineRecord) => {
  if (cpe === null) return [];
  const element = { network_element_id: cpe.id, name: cpe.name ?? cpe.id };
  const row = { service_line_id: id, ...element, ...cpeRow(normaliseCpe(cpe)) };
  // JSON leaves undefined out: what the file does not say stays as recorded.
  return [
    {
      ...row,
      ipv6_address: cpe.ipv6Address === undefined ? undefined : row.ipv6_address,
      ipv6_prefix: cpe.ipv6Prefix === undefined ? undefined : row.ipv6_prefix,
    },
  ];
};

const writeClaims = async (
  tx: Transaction,
  ids: string[],
  recorded: ImportSelectRecordedCpesRow[],
): Promise<{ id: string }[]> => {
  const claims = recorded.flatMap((row) =>
    claimsOf(cpeOf(row), row.olt_id).map((claim) => ({
      ...claim,
      service_line_id: row.service_line_id,
    })),
  );
  const json = JSON.stringify(claims);
  const released = await run(tx, importReleaseClaims, [json, ids]);
  const claimed = await run(tx, importUpsertClaims, [json]);
  // Claims that were not inserted exist already: the same line holds them, or another one.
  const [other] =
    claimed.length < claims.length ? await run(tx, importSelectClaimsOfOthers, [json]) : [];
  if (other) throw new BadRecord(`${other.kind} ${other.value} is in use by line ${other.holder}`);
  return [...released, ...claimed];
};

const linesWithDifferentCpe = (
  lines: readonly ServiceLineRecord[],
  recorded: ImportSelectRecordedCpesRow[],
): string[] => {
  const wanted = new Map(lines.map(({ id, cpe }) => [id, cpe]));
  return recorded
    .filter((row) => {
      const cpe = wanted.get(row.service_line_id);
      const now = cpeOf(row);
      return cpe && changedFields(now, completeCpe(cpe, now)).length > 0;
    })
    .map((row) => row.service_line_id);
};
