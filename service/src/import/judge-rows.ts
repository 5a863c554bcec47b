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
  importRefuseTaken,
  importRefuseUnknownElements,
  importRefuseUnknownLines,
  importRefuseWaiting,
  importReplaceEarlier,
  importSkipSameElements,
  importSkipSameLines,
  importSkipSameTickets,
} from './judge.sql.ts';

/** The order of rows that wait for the keys of others. Each round frees the keys of the next. */
const orderContended = async (db: Queryable, type: 'serviceLine' | 'ticket'): Promise<void> => {
  if ((await one(db, importFindContended, [type])).rows === 0) return;
  for (let round = 2; ; round += 1) {
    await run(db, importRefuseTaken, [type]);
    if ((await one(db, importAcceptFree, [type, round])).rows === 0) break;
  }
  await run(db, importRefuseWaiting, [type]);
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
  await all(importRefuseUnknownLines, importSkipSameTickets);
  await orderContended(db, 'ticket');
};
