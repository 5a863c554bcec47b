import type { NigSettings } from '../config/nig.ts';
import { openNig } from '../nig/adapters/open-nig.ts';
import { openDatabase } from '../platform/database/database.ts';
import { migrate } from '../platform/schema/migrate.ts';
import { type Counts, type Pass, reconcile } from '../reconciliation/reconcile.ts';
import { NOT_DONE, printResult, printStatus, runCommand } from './run-command.ts';

/*
 * `npm run reconcile`: compares the CPE of all lines with the corp-data record, which it repairs,
 * and with NIG, which it leaves unchanged. Continues where an earlier run stopped. Exit code 0: NIG
 * agrees everywhere; 1: NIG differs on the lines on stdout; 2: not all lines were compared.
 */

const PROGRESS_EVERY = 10_000;

const compareAll = async (
  databaseUrl: string,
  settings: NigSettings,
  nigUrl: string,
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
  return await reconcile(
    { db, nig, nigTimeoutMs: settings.NIG_TIMEOUT_MS },
    {
      signal: stopped.signal,
      onProgress: ({ compared }) => {
        if (Math.floor(compared / PROGRESS_EVERY) > printed)
          printStatus(`${compared} lines compared`);
        printed = Math.floor(compared / PROGRESS_EVERY);
      },
      onDifference: ({ lineId, holder, difference: { fields, held } }) =>
        printResult(
          `line ${lineId}: ${holder === 'nig' ? 'NIG' : 'corp-data record'} ` +
            `${held ? `differs in ${fields.join(', ')}` : 'has nothing'}${holder === 'nig' ? '' : ', repaired'}`,
        ),
    },
  );
};

const summaryOf = ({ compared, repaired, drifted, unanswered, skipped }: Counts): string =>
  `${compared} lines compared, ${repaired} corp-data records repaired, NIG differs on ${drifted}, ` +
  `did not answer for ${unanswered}, ${skipped} with an unsettled update`;

await runCommand(async (databaseUrl, config) => {
  await migrate(databaseUrl);
  const nigUrl = config.NIG_URL ?? `http://127.0.0.1:${config.NIG_PORT}`;
  const { end, counts } = await compareAll(databaseUrl, config, nigUrl);
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
