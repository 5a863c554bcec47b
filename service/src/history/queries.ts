import type { CpeField, CpeUpdateKind } from '@cpe-desk/contract';
import { statement } from '../platform/database/database.ts';

export type HistoryRow = {
  id: string;
  service_line_id: string;
  sequence: number;
  at: Date;
  update_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: CpeUpdateKind;
  actor_id: string;
  actor_name: string;
  changed: CpeField[];
  before: unknown;
  after: unknown;
  reason: string | null;
  nig_reference: string;
  settlement: unknown;
  repair: unknown;
  rules: string;
  previous_hash: string | null;
  hash: string;
};

const COLUMNS = `id, service_line_id, sequence, at, update_id, ctt_id, ticket_no, kind, actor_id, actor_name, changed,
  before, after, reason, nig_reference, settlement, repair, rules, previous_hash, hash`;

/**
 * A page of a line's entries, newest first: before a sequence, and of a field, a person and a time
 * where these are given.
 */
export const selectEntries = statement<
  HistoryRow,
  [
    serviceLineId: string,
    before: number | null,
    limit: number,
    field: CpeField | null,
    nameLike: string | null,
    from: string | null,
    to: string | null,
  ]
>(
  'select-history-entries',
  `select ${COLUMNS} from cpe_history
    where service_line_id = $1 and ($2::int is null or sequence < $2)
      and ($4::text is null or $4 = any(changed)) and ($5::text is null or actor_name ilike $5)
      and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
    order by sequence desc limit $3`,
);

/** The swaps of a line, oldest first. */
export const selectSwaps = statement<
  { sequence: number; at: Date; before: unknown; after: unknown },
  [serviceLineId: string]
>(
  'select-swaps',
  `select sequence, at, before, after from cpe_history where service_line_id = $1 and kind = 'swap' order by sequence`,
);

/**
 * The CPE in a line's history at a moment: after the last entry until then, else before the first
 * entry.
 */
export const selectCpeAt = statement<
  { sequence: number | null; cpe: unknown },
  [serviceLineId: string, at: string]
>(
  'select-cpe-at',
  `select sequence, cpe from (
     (select sequence, after as cpe from cpe_history where service_line_id = $1 and at <= $2
       order by sequence desc limit 1)
     union all
     (select null, before from cpe_history where service_line_id = $1 and sequence = 1)) found
   order by sequence nulls last limit 1`,
);

/**
 * Entries of all lines in the order of their chains, after a position. Of one line where that is
 * given.
 */
export const selectChain = statement<
  HistoryRow,
  [lineId: string | null, afterLine: string, afterSequence: number, limit: number]
>(
  'select-chain',
  `select ${COLUMNS} from cpe_history
    where ($1::text is null or service_line_id = $1) and (service_line_id, sequence) > ($2, $3)
    order by service_line_id, sequence limit $4`,
);

/** The number of applied updates of these lines; of all lines with updates where none are given. */
export const countApplied = statement<{ line: string; applied: number }, [lineIds: readonly string[] | null]>(
  'count-applied',
  `select service_line_id as line, count(*) as applied from cpe_update
    where state = 'applied' and ($1::text[] is null or service_line_id = any($1)) group by 1 order by 1`,
);

/** The end of a line's chain: its last entry. */
export type Head = { line: string; sequence: number; hash: string };

/**
 * Cursors over the ends of chains, in the order of their lines. A transaction has one at a time.
 */
export const declareAllHeads = statement(
  'declare-all-heads',
  `declare heads no scroll cursor for
   select service_line_id as line, history_sequence as sequence, history_hash as hash from cpe
    where history_sequence > 0 order by service_line_id`,
);
export const declareHeadsSince = statement<never, [since: Date]>(
  'declare-heads-since',
  `declare heads no scroll cursor for
   select distinct on (service_line_id) service_line_id as line, sequence, hash from cpe_history
    where at >= $1 order by service_line_id, sequence desc`,
);
/** Reads the next rows of the cursor. */
export const fetchHeads = (most: number) =>
  statement<Head>(`fetch-${most}-heads`, `fetch ${most} from heads`);

/** Anchored heads that the history lacks or has with another hash. */
export const selectLostHeads = statement<
  { line: string; sequence: number },
  [lines: readonly string[], sequences: readonly number[], hashes: readonly string[]]
>(
  'select-lost-heads',
  `select a.line, a.sequence from unnest($1::text[], $2::int[], $3::text[]) as a(line, sequence, hash)
     left join cpe_history h on h.service_line_id = a.line and h.sequence = a.sequence
    where h.hash is distinct from a.hash order by 1, 2`,
);

/** The time of migration 0019. Since then times along a chain never go back. */
export const selectOrderedSince = statement<{ since: Date }>(
  'select-history-ordered-since',
  'select history_ordered_since as since from schema_guard',
);

export const selectEntryOfUpdate = statement<HistoryRow, [updateId: string]>(
  'select-history-entry-of-update',
  `select ${COLUMNS} from cpe_history where update_id = $1`,
);

export const makeNextMonths = statement('make-next-history-months', 'select from keep_history_months()');

/** Whether the history has an entry that an anchor should cover. */
export const selectHasOldHistory = statement<{ found: boolean }>(
  'select-has-old-history',
  `select exists (select from cpe_history where at < clock_timestamp() - interval '1 day') as found`,
);

/** The ends of these lines' chains; 0 and "" for a line without entries. */
export const selectHeads = statement<Head, [lines: readonly string[]]>(
  'select-heads',
  `select l.line, coalesce(h.sequence, 0) as sequence, coalesce(h.hash, '') as hash
     from unnest($1::text[]) as l(line)
     left join lateral (select sequence, hash from cpe_history where service_line_id = l.line
                         order by sequence desc limit 1) h on true
    order by l.line`,
);
