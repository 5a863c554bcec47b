import { createHash, hash } from 'node:crypto';
import {
  type BulkCounts,
  type BulkMapping,
  type BulkRowState,
  bulkMappingSchema,
  bulkVerdictSchema,
  type CpeUpdateKind,
  cpeUpdateKinds,
  ELIGIBILITY_RULES,
  NO_ROWS,
  segmentGroups,
} from '@cpe-desk/contract';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import type { Policy } from '../../access/policy.ts';
import type { JudgeDeps } from '../../cpe-update/judge-updates.ts';
import { maybeOne, type Pool, run } from '../../platform/database/database.ts';
import { isDue } from '../begin-check.ts';
import { type BulkColumns, type LeasedBulk, LeaseLost } from '../lease.ts';
import { decimalMarkQuestion } from '../read/mapping.ts';
import {
  askAgain,
  countRowsByState,
  finishCheck,
  resetRows,
  type SelectRowsToCheckRow,
  selectGroupsOfRows,
  selectRowsToCheck,
  selectSettledLines,
  writeVerdicts,
} from './check.sql.ts';
import { AmbiguousNumber, type JudgedRow, judgeRows, problemOf } from './judge-rows.ts';
import { LinesOfFile } from './lines-of-file.ts';

export type CheckDeps = JudgeDeps & { db: Pool };

/** Rows that are loaded, judged and written at a time. */
const CHUNK = 500;

const NO_MAPPING: BulkMapping = { columns: {}, decimalMark: null };

/** A row after the check, as far as the hash and the totals need it. */
type Facts = {
  row: number;
  cttId: string | null;
  lineId: string | null;
  code: string | null;
  kind: CpeUpdateKind | null;
  before: unknown;
  after: unknown;
  reason: string | null;
  warnings: readonly string[];
};

const sha256Of = (value: unknown): string => hash('sha256', canonicalize(value) ?? '');

/** The version of the policy that a check was made under. */
export const policyVersion = (policy: Policy): string => sha256Of(policy).slice(0, 16);

/** Counts what a check found, and hashes it in row order. */
class Tally {
  readonly #digest = createHash('sha256');
  readonly #codes: Record<string, number> = {};
  readonly #warnings: Record<string, number> = {};
  readonly #kinds = { refresh: 0, correction: 0, swap: 0 };
  #ok = 0;
  #problems = 0;

  constructor(bulk: BulkColumns, mapping: BulkMapping, policy: Policy) {
    const first = [bulk.format ?? bulk.kind, bulk.file_sha256 ?? '', sha256Of(mapping)];
    this.#line([...first, ELIGIBILITY_RULES, policyVersion(policy)]);
  }

  #line(columns: readonly (string | number)[]): void {
    this.#digest.update(`${columns.join('\t')}\n`);
  }

  /** Every row is hashed; those that the run has settled are not counted. */
  add(facts: Facts, isCounted: boolean): void {
    const { row, cttId, lineId, code, kind, before, after, reason } = facts;
    const hashed = sha256Of({ before, after, kind, reason });
    this.#line([row, cttId ?? '', lineId ?? '', code ?? 'ok', hashed]);
    if (isCounted) this.#count(facts);
  }

  #count({ code, kind, warnings }: Facts): void {
    for (const warning of new Set(warnings))
      this.#warnings[warning] = (this.#warnings[warning] ?? 0) + 1;
    if (code !== null) {
      this.#problems += 1;
      this.#codes[code] = (this.#codes[code] ?? 0) + 1;
    } else {
      this.#ok += 1;
      if (kind !== null) this.#kinds[kind] += 1;
    }
  }

  get checkHash(): string {
    return this.#digest.digest('hex');
  }

  get checked() {
    return {
      ...{ ok: this.#ok, problems: this.#problems, codes: this.#codes },
      ...{ warnings: this.#warnings, kinds: this.#kinds },
      approval: { required: false, rules: [] },
    };
  }
}

const factsOfJudged = ({ row, ticket, reason, judged }: JudgedRow): Facts => {
  const proposal = judged.ok ? judged.value : null;
  return {
    ...{ row, cttId: ticket?.id ?? null, lineId: ticket?.lineId ?? null },
    code: judged.ok ? null : judged.failure.code,
    kind: proposal?.kind ?? null,
    ...{ before: proposal?.before ?? null, after: proposal?.after ?? null },
    reason: proposal ? proposal.reason : reason,
    warnings: proposal?.warnings.map(({ code }) => code) ?? [],
  };
};

const kindSchema = z.enum(cpeUpdateKinds).nullable();

/** The same of a row that this check leaves as it is. */
const factsOfStored = (row: SelectRowsToCheckRow): Facts => ({
  ...{ row: row.row, cttId: row.ctt_id, lineId: row.service_line_id, code: row.code },
  kind: kindSchema.parse(row.kind),
  ...{ before: row.before, after: row.wanted, reason: row.reason },
  warnings:
    bulkVerdictSchema
      .nullable()
      .parse(row.verdict)
      ?.warnings.map(({ code }) => code) ?? [],
});

const jsonOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

const verdictOf = ({ judged }: JudgedRow): string =>
  JSON.stringify({
    ok: judged.ok,
    warnings: judged.ok ? judged.value.warnings : [],
    problem: problemOf(judged),
  });

const write = async (db: Pool, { bulk, lease }: LeasedBulk, rows: readonly JudgedRow[]) => {
  if (rows.length === 0) return;
  const facts = rows.map(factsOfJudged);
  const written = await run(db, writeVerdicts, [
    ...([bulk.id, lease, facts.map(({ row }) => row)] as const),
    facts.map(({ cttId }) => cttId),
    rows.map(({ ticket }) => ticket?.ticketNo ?? null),
    facts.map(({ lineId }) => lineId),
    facts.map(({ reason }) => reason),
    facts.map(({ kind }) => kind),
    rows.map(({ judged }) => (judged.ok ? judged.value.changed.join() : null)),
    facts.map(({ before }) => jsonOrNull(before)),
    facts.map(({ after }) => jsonOrNull(after)),
    rows.map(verdictOf),
    facts.map(({ code }) => code),
  ]);
  if (written.length < rows.length) throw new LeaseLost();
};

const judgeAll = async (deps: CheckDeps, leased: LeasedBulk, mapping: BulkMapping) => {
  const { bulk } = leased;
  const { id, check_no: checkNo, headings } = bulk;
  await run(deps.db, resetRows, [id, leased.lease, checkNo]);
  const lines = new LinesOfFile(await run(deps.db, selectSettledLines, [id, checkNo]));
  const tally = new Tally(bulk, mapping, deps.policy);
  const context = {
    ...{ headings, mapping },
    segmentGroups: z.array(z.enum(segmentGroups)).parse(bulk.creator_groups),
  };
  for (let after = 0; ; ) {
    if (leased.stopping.aborted) throw new LeaseLost();
    const rows = await run(deps.db, selectRowsToCheck, [id, after, CHUNK]);
    const judged = await judgeRows(
      deps,
      context,
      rows.filter((row) => isDue(checkNo, row)),
      lines,
    );
    await write(deps.db, leased, judged);
    const byRow = new Map(judged.map((row) => [row.row, row]));
    for (const row of rows) {
      const now = byRow.get(row.row);
      const isOpen = row.state === 'waiting' || row.state === 'left-out';
      tally.add(now ? factsOfJudged(now) : factsOfStored(row), now !== undefined || isOpen);
    }
    const last = rows.at(-1);
    if (!last || rows.length < CHUNK) return tally;
    after = last.row;
  }
};

const countNames: Readonly<Record<BulkRowState, keyof BulkCounts>> = {
  ...{ waiting: 'waiting', sending: 'sending', unknown: 'unknown', applied: 'applied' },
  ...{ refused: 'refused', failed: 'failed', cancelled: 'cancelled', 'left-out': 'leftOut' },
};

const countRows = async (db: Pool, bulkId: string): Promise<BulkCounts> => {
  const counts = { ...NO_ROWS };
  for (const { state, count } of await run(db, countRowsByState, [bulkId])) {
    counts[countNames[state]] = count;
    counts.rows += count;
  }
  return counts;
};

/** Whose bulk it is from now on: those who see all its lines. */
const groupsOf = async (db: Pool, { id, creator_groups }: BulkColumns) => {
  const groups = (await run(db, selectGroupsOfRows, [id])).map((row) => row.segment_group);
  return groups.length > 0 ? groups : z.array(z.enum(segmentGroups)).parse(creator_groups);
};

const finish = async ({ db, policy }: CheckDeps, { bulk, lease }: LeasedBulk, tally: Tally) => {
  const finished = await maybeOne(db, finishCheck, [
    ...([bulk.id, lease, tally.checkHash, JSON.stringify(tally.checked)] as const),
    ...([ELIGIBILITY_RULES, policyVersion(policy)] as const),
    JSON.stringify(await countRows(db, bulk.id)),
    await groupsOf(db, bulk),
  ]);
  if (!finished) throw new LeaseLost();
};

/**
 * Checks the rows of a bulk, in chunks; a repeat comes to the same result. The bulk
 * then is `checked`, or `needs-mapping` where a number has two readings. Throws `LeaseLost` where
 * another instance has the bulk.
 */
export const checkBulk = async (deps: CheckDeps, leased: LeasedBulk): Promise<void> => {
  const { bulk, lease } = leased;
  const mapping = bulkMappingSchema.nullable().parse(bulk.mapping) ?? NO_MAPPING;
  try {
    await finish(deps, leased, await judgeAll(deps, leased, mapping));
  } catch (error) {
    if (!(error instanceof AmbiguousNumber)) throw error;
    const question = decimalMarkQuestion(error.cell.heading, error.row, error.cell.text);
    if (!(await maybeOne(deps.db, askAgain, [bulk.id, lease, JSON.stringify([question])])))
      throw new LeaseLost();
  }
};
