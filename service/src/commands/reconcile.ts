import { type HttpNigOptions, httpNig } from '../nig/http-nig.ts';
import { openDatabase } from '../platform/database/database.ts';
import { migrate } from '../platform/schema/migrate.ts';
import type { Counts } from '../reconciliation/queries.ts';
import { type Pass, reconcile } from '../reconciliation/reconcile.ts';
import { NOT_DONE, runCommand, say, tell } from './run-command.ts';

/*
 * `npm run reconcile`: compares the CPE of all lines with the corp-data record, which it repairs, and with NIG, which it
 * only tells of. Goes on where an earlier run was stopped. Exit code 0: NIG agrees everywhere; 1: it does not somewhere,
 * named on stdout; 2: not all lines could be compared.
 */

const PROGRESS_EVERY = 10_000;

const compareAll = async (databaseUrl: string, nigOptions: HttpNigOptions): Promise<Pass> => {
  const db = openDatabase(databaseUrl, { max: 2, log: { warn: (_, message) => say(message) } });
  const nig = httpNig(nigOptions);
  const stopped = new AbortController();
  let told = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  try {
    return await reconcile(
      { db, nig, nigTimeoutMs: nigOptions.timeoutMs },
      {
        signal: stopped.signal,
        onProgress: ({ compared }) => {
          if (Math.floor(compared / PROGRESS_EVERY) > told) say(`${compared} lines compared`);
          told = Math.floor(compared / PROGRESS_EVERY);
        },
        onDifference: ({ lineId, holder, difference: { fields, held } }) =>
          tell(
            `line ${lineId}: ${holder === 'nig' ? 'NIG' : 'corp-data record'} ` +
              `${held ? `differs in ${fields.join(', ')}` : 'has nothing'}${holder === 'nig' ? '' : ', repaired'}`,
          ),
      },
    );
  } finally {
    await nig.close();
    await db.end();
  }
};

const summaryOf = ({ compared, repaired, drifted, unanswered, skipped }: Counts): string =>
  `${compared} lines compared, ${repaired} corp-data records repaired, NIG differs on ${drifted}, ` +
  `did not say of ${unanswered}, ${skipped} with an update under way`;

await runCommand(async (databaseUrl, { NIG_URL, NIG_PORT, NIG_TIMEOUT_MS, NIG_BARE_404 }) => {
  await migrate(databaseUrl);
  const nigUrl = NIG_URL ?? `http://127.0.0.1:${NIG_PORT}`;
  const { end, counts } = await compareAll(databaseUrl, {
    url: nigUrl,
    timeoutMs: NIG_TIMEOUT_MS,
    bare404: NIG_BARE_404,
  });
  if (counts) tell(summaryOf(counts));
  if (end !== 'done') {
    say(
      `Not done: ${end === 'NIG does not answer' ? `NIG does not answer at ${nigUrl}` : end}. Run it again to go on from here`,
    );
    return NOT_DONE;
  }
  if (counts && counts.unanswered > 0) return NOT_DONE;
  return counts && counts.drifted > 0 ? 1 : 0;
});
