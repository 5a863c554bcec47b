import { parseArgs } from 'node:util';
import { type CpeField, cleanText, cpeFieldSchema } from '@cpe-desk/contract';
import { z } from 'zod';
import type { NigSettings } from '../config/nig.ts';
import { openNig } from '../nig/adapters/open-nig.ts';
import { openDatabase, type Pool } from '../platform/database/database.ts';
import { migrate } from '../platform/schema/migrate.ts';
import { type Counts, type Pass, reconcile } from '../reconciliation/reconcile.ts';
import { type NigDrift, nigDrifts, reconcileSince } from '../reconciliation/reconcile-since.ts';
import { NOT_DONE, printResult, printStatus, runCommand } from './run-command.ts';

/*
 * `npm run reconcile`: compares the CPE of all lines with the corp-data record, which it repairs,
 * and with NIG, which it leaves unchanged. Continues where an earlier run stopped. Exit code 0: NIG
 * agrees everywhere; 1: NIG differs on the lines on stdout; 2: not all lines were compared.
 *
 * `-- --since TIME`, after a restore to TIME: what was compared before does not count, and at the
 * end it lists what NIG holds and the desk lacks, with the values of both.
 */

const USAGE =
  'Usage: npm run reconcile\n' +
  '       npm run reconcile -- --since 2026-12-01T02:00:00Z\n' +
  'TIME: to which the database was restored (RFC 3339, with a zone), before now.';

const PROGRESS_EVERY = 10_000;
const LONGEST_VALUE = 200;

const sinceSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((time) => time.getTime() < Date.now());

/** The time of `--since`; null: without it; undefined: the arguments are wrong. */
const readSince = (): Date | null | undefined => {
  try {
    const { since } = parseArgs({ options: { since: { type: 'string' } } }).values;
    return since === undefined ? null : sinceSchema.safeParse(since).data;
  } catch {
    return undefined;
  }
};

const inNig = ({ held }: NigDrift, field: CpeField): string =>
  held === null ? 'none' : cleanText(JSON.stringify(held[field] ?? null), LONGEST_VALUE);

/** A line on which NIG differs, with the values of both sides. */
const describe = (drift: NigDrift, since: Date): string => {
  const { lineId, fields, recorded, held, foundAt } = drift;
  const known = foundAt <= since ? ' (since before the restore)' : '';
  if (held === null) return `line ${lineId}: NIG has no CPE${known}`;
  const values = fields
    .flatMap((field) => cpeFieldSchema.safeParse(field).data ?? [])
    .map((field) => {
      const ours = JSON.stringify(recorded[field] ?? null);
      return `${field} is ${inNig(drift, field)} in NIG, ${ours} on record`;
    });
  return `line ${lineId}: ${values.join('; ')}${known}`;
};

/** Prints each line on which NIG differs, and how many. */
const printDrifts = async (db: Pool, since: Date): Promise<void> => {
  const count = { new: 0, known: 0 };
  for await (const drift of nigDrifts(db)) {
    printResult(describe(drift, since));
    count[drift.foundAt <= since ? 'known' : 'new']++;
  }
  printResult(
    `NIG differs on ${count.new} lines since ${since.toISOString()}, on ${count.known} since before it`,
  );
};

const compareAll = async (
  databaseUrl: string,
  settings: NigSettings,
  nigUrl: string,
  since: Date | null,
): Promise<Pass> => {
  const say = (_: object, message: string) => printStatus(message);
  const log = { warn: say, error: say };
  await using db = openDatabase(databaseUrl, { max: 2, log });
  await using stack = new AsyncDisposableStack();
  const nig = await openNig(settings, nigUrl, log);
  stack.defer(nig.close);
  const stopped = new AbortController();
  let printed = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const tools = { db, nig, nigTimeoutMs: settings.NIG_TIMEOUT_MS };
  const options = {
    signal: stopped.signal,
    onProgress: ({ compared }: Counts) => {
      if (Math.floor(compared / PROGRESS_EVERY) > printed)
        printStatus(`${compared} lines compared`);
      printed = Math.floor(compared / PROGRESS_EVERY);
    },
  };
  if (since === null)
    return await reconcile(tools, {
      ...options,
      onDifference: ({ lineId, holder, difference: { fields, held } }) =>
        printResult(
          `line ${lineId}: ${holder === 'nig' ? 'NIG' : 'corp-data record'} ` +
            `${held ? `differs in ${fields.join(', ')}` : 'has nothing'}${holder === 'nig' ? '' : ', repaired'}`,
        ),
    });
  const onWait = () => printStatus('A running desk compares the lines: waiting for its end');
  const pass = await reconcileSince(tools, since, { ...options, onWait });
  if (pass.end === 'done') await printDrifts(db, since);
  return pass;
};

const summaryOf = ({ compared, repaired, drifted, unanswered, skipped }: Counts): string =>
  `${compared} lines compared, ${repaired} corp-data records repaired, NIG differs on ${drifted}, ` +
  `did not answer for ${unanswered}, ${skipped} with an unsettled update`;

const since = readSince();
if (since === undefined) {
  printStatus(USAGE);
  process.exitCode = NOT_DONE;
} else
  await runCommand(async (databaseUrl, config) => {
    await migrate(databaseUrl);
    const nigUrl = config.NIG_URL ?? `http://127.0.0.1:${config.NIG_PORT}`;
    const { end, counts } = await compareAll(databaseUrl, config, nigUrl, since);
    if (counts) printResult(summaryOf(counts));
    if (end !== 'done') {
      printStatus(
        `Not done: ${end === 'NIG does not answer' ? `NIG does not answer at ${nigUrl}` : end}. Run it again to continue from here`,
      );
      return NOT_DONE;
    }
    if (counts && counts.unanswered > 0) return NOT_DONE;
    return counts && counts.drifted > 0 ? 1 : 0;
  });
