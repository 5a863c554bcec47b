import { one, type Queryable, run, type Statement } from '../platform/database/database.ts';
import {
  importAcceptFree,
  importFindContended,
  importKeepCpes,
  importKeepDualStack,
  importKeepUnsettled,
  importRefuseDualStack,
  importRefuseEarlyLines,
  importRefuseOtherKinds,
  importRefuseOverlaps,
  importRefuseTaken,
  importRefuseUnknownElements,
  importRefuseUnknownLines,
  importRefuseWaiting,
  importReplaceEarlier,
  importSkipSameElements,
  importSkipSameLines,
  importSkipSameTickets,
} from './judge.sql.ts';

type Contended = 'serviceLine' | 'ticket';

/** Accepts rows whose keys are free, a round after the other; answers the next round. */
const acceptFree = async (db: Queryable, type: Contended, first: number): Promise<number> => {
  for (let round = first; ; round += 1) {
    await run(db, importRefuseTaken, [type]);
    if ((await one(db, importAcceptFree, [type, round])).rows === 0) return round;
  }
};

/**
 * The order of rows that wait for the keys of others. Each round frees the keys of the next. Rows
 * that wait for each other are refused, which frees those that only came after them.
 */
const orderContended = async (db: Queryable, type: Contended): Promise<void> => {
  if ((await one(db, importFindContended, [type])).rows === 0) return;
  const next = await acceptFree(db, type, 2);
  await run(db, importRefuseWaiting, [type]);
  await acceptFree(db, type, next);
};

/** Refuses rows of which the IPv6 networks overlap those of rows before them that are written. */
const refuseOverlaps = async (db: Queryable): Promise<void> => {
  while ((await one(db, importRefuseOverlaps, [])).rows > 0);
};

/** Judges the rows of `import_row`. Writes nothing else. */
export const judgeRows = async (db: Queryable): Promise<void> => {
  const all = async (...statements: Statement<never, []>[]) => {
    for (const statement of statements) await run(db, statement, []);
  };
  await all(importReplaceEarlier, importRefuseOtherKinds, importSkipSameElements);
  await all(importRefuseUnknownElements, importRefuseEarlyLines);
  await all(importRefuseDualStack, importKeepUnsettled);
  await all(importKeepCpes, importKeepDualStack, importSkipSameLines);
  await orderContended(db, 'serviceLine');
  await refuseOverlaps(db);
  await all(importRefuseUnknownLines, importSkipSameTickets);
  await orderContended(db, 'ticket');
};
