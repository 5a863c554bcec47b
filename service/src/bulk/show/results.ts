import { type BulkRow, type BulkRowState, bulkResultColumns } from '@cpe-desk/contract';
import { type Pool, run } from '../../platform/database/database.ts';
import type { SelectBulkRow } from '../bulk.sql.ts';
import { loadRows, rowReader } from './load-rows.ts';
import {
  type SelectNigReferencesRow,
  type SelectRowsRow,
  selectNigReferences,
} from './show.sql.ts';

const PAGE = 1000;

const resultCells = (
  row: BulkRow,
  settledAt: Date | null,
  update: SelectNigReferencesRow | undefined,
): string[] => {
  const problem = row.outcome ?? row.verdict?.problem ?? null;
  return [
    String(row.row),
    row.state,
    problem?.code ?? '',
    problem?.detail ?? '',
    row.updateId ?? '',
    update?.nig_reference ?? '',
    (settledAt ?? update?.settled_at)?.toISOString() ?? '',
  ];
};

const updatesOf = async (db: Pool, rows: readonly SelectRowsRow[]) => {
  const ids = rows.flatMap(({ update_id: id }) => (id === null ? [] : [id]));
  const updates = ids.length > 0 ? await run(db, selectNigReferences, [ids]) : [];
  return new Map(updates.map((update) => [update.id, update]));
};

/**
 * The file as it was uploaded, each row with its result, after a row of headings. The next rows are
 * read when the reader has taken the previous ones.
 */
export async function* resultRows(
  db: Pool,
  bulk: SelectBulkRow,
  state: BulkRowState | undefined,
): AsyncGenerator<string[]> {
  const { headings } = bulk;
  const read = rowReader(bulk);
  yield [...headings, ...bulkResultColumns];
  for (let after = 0; ; ) {
    const rows = await loadRows(db, bulk.id, { state }, after, PAGE);
    const updates = await updatesOf(db, rows);
    for (const row of rows) {
      const cells = headings.map((_, index) => row.cells[index] ?? '');
      const update = updates.get(row.update_id ?? '');
      yield [...cells, ...resultCells(read(row), row.settled_at, update)];
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.row;
  }
}
