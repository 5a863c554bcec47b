import type { Encoding } from '@cpe-desk/contract';
import { connect } from '../platform/database/connect.ts';
import { one, type Pool, run } from '../platform/database/database.ts';
import { applyRows } from './apply-rows.ts';
import { importCountWritten, importSelectRemarks } from './judge.sql.ts';
import { judgeRows } from './judge-rows.ts';
import { type LineRemark, remarkOf } from './remark.ts';
import { type Staged, stageFile } from './stage-file.ts';
import { loadOlts } from './write-records.ts';

/** Any number that no other advisory lock in the database uses. */
const IMPORT_LOCK = 7_274_002;

export type ImportSummary = Staged & {
  changed: number;
  /** Lines with a remark, by its outcome. */
  remarks: Record<LineRemark['outcome'], number>;
  /** The number of faults of each kind. */
  faults: Map<string, number>;
};

export type ImportOptions = {
  /** The owner's connection string. */
  url: string;
  file: string;
  /** Of a file without a byte order mark; UTF-8 unless given. */
  encoding?: Encoding | undefined;
  /** Reports, and writes nothing. */
  isDryRun?: boolean;
  at: Date;
  remark: (remark: LineRemark) => void;
};

/**
 * Imports a file: copies its records into `import_row`, judges them all, and writes the good ones.
 * One import runs at a time; another one waits. Throws, with nothing written, for a file that
 * cannot be read to its end.
 */
export const importFile = async (
  db: Pool,
  { url, file, encoding, isDryRun = false, at, remark }: ImportOptions,
): Promise<ImportSummary> => {
  const remarks = { bad: 0, kept: 0, replaced: 0 };
  const faults = new Map<string, number>();
  const count = (one: LineRemark) => {
    remarks[one.outcome] += 1;
    for (const { kind } of one.faults) faults.set(kind, (faults.get(kind) ?? 0) + 1);
    remark(one);
  };
  await using client = await connect(url, 'import');
  await client.query(`select pg_advisory_lock(${IMPORT_LOCK})`);
  await client.query('truncate import_row');
  const staged = await stageFile(client, {
    ...{ file, encoding, olts: await loadOlts(db), remark: count },
  });
  await client.query('analyze import_row');
  await judgeRows(db);
  if (!isDryRun) await applyRows(db, at);
  for (let after = 0; ; ) {
    const rows = await run(db, importSelectRemarks, [after]);
    const last = rows.at(-1);
    if (!last) break;
    for (const row of rows) count(remarkOf(row, staged.isArray));
    after = last.seq;
  }
  const { rows: changed } = await one(db, importCountWritten, []);
  await client.query('truncate import_row');
  return { ...staged, changed, remarks, faults };
};
