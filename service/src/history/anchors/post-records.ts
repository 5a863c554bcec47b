import { one, type Queryable, run } from '../../platform/database/database.ts';
import {
  recordPostedHistoryRecords,
  selectHistoryRecords,
  selectPostedHistoryRecords,
} from './anchors.sql.ts';

const POST_WITHIN_MS = 10_000;

/**
 * Posts the records that `url` has not accepted yet, oldest first. There, neither the database's
 * administrators nor the owner of a DATA_DIR can change them. Throws where a post fails; the next
 * call tries again.
 */
export const postRecords = async (
  db: Queryable,
  url: string,
  stopping?: AbortSignal,
): Promise<number> => {
  for (let posted = 0; ; posted += 1) {
    const { posted: until } = await one(db, selectPostedHistoryRecords, []);
    const [next] = await run(db, selectHistoryRecords, [until, 1]);
    if (!next) return posted;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: next.body,
      redirect: 'error',
      signal: AbortSignal.any([
        AbortSignal.timeout(POST_WITHIN_MS),
        ...(stopping ? [stopping] : []),
      ]),
    });
    await answer.body?.cancel();
    if (!answer.ok)
      throw new Error(
        `HISTORY_ANCHOR_URL answered ${answer.status} to history record ${next.number}`,
      );
    await run(db, recordPostedHistoryRecords, [next.number]);
  }
};
