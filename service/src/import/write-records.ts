import { oltPortsSchema } from '@cpe-desk/contract';
import { type Queryable, run, type Transaction } from '../platform/database/database.ts';
import { importClear, importSelectOlts, importStage } from './apply.sql.ts';
import { applyRowsIn } from './apply-rows.ts';
import { importRow } from './import-row.ts';
import { importSelectRemarks } from './judge.sql.ts';
import { judgeRows } from './judge-rows.ts';
import type { Olts } from './read-record.ts';
import type { ImportRecord } from './record.ts';
import { remarkOf } from './remark.ts';

/** The recorded OLTs, by id: a line's port is read by its OLT. */
export const loadOlts = async (db: Queryable): Promise<Olts> =>
  new Map(
    (await run(db, importSelectOlts, [])).map(({ id, manufacturer, olt_ports }) => [
      id,
      { manufacturer, ports: oltPortsSchema.parse(olt_ports) },
    ]),
  );

/**
 * Writes records that are known to be good, in the caller's transaction. Throws for one that is
 * not.
 */
export const writeRecords = async (
  tx: Transaction,
  records: readonly ImportRecord[],
  at: Date,
): Promise<void> => {
  const olts = await loadOlts(tx);
  for (const record of records) if (record.type === 'networkElement') importRow(record, olts);
  const rows = records.map((record, index) => ({
    ...{ seq: index + 1, line: index + 1, round: 1 },
    ...importRow(record, olts),
  }));
  await run(tx, importStage, [JSON.stringify(rows)]);
  await judgeRows(tx);
  const [remark] = (await run(tx, importSelectRemarks, [0])).filter(
    ({ outcome }) => outcome === 'bad',
  );
  if (remark) throw new Error(remarkOf(remark, false).faults[0]?.text);
  await applyRowsIn(tx, at);
  await run(tx, importClear, []);
};
