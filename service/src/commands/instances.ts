import { hostname, userInfo } from 'node:os';
import { one, type Pool, run } from '../platform/database/database.ts';
import {
  confirmUnregisteredGone,
  type SelectInstancesRow,
  selectHasInstanceRegistry,
  selectInstances,
  selectUpgradeConfirmation,
} from '../platform/instances/instances.sql.ts';
import { NOT_DONE, printResult, printStatus, runDatabaseCommand } from './run-command.ts';

/*
 * `npm run instances` lists the instances of the database. `npm run instances -- confirm-upgraded`
 * records that no instance older than the registry runs any more. Exit code 0: done; 2: not done.
 */

const CONFIRM = 'confirm-upgraded';

const lineOf = (row: SelectInstancesRow): string =>
  `${row.id} ${row.is_alive ? 'alive' : 'dead'}, version ${row.version}, schema ${row.newest_schema}, ` +
  `${row.host} process ${row.process_id}, started ${row.started_at.toISOString()}, ` +
  `last seen ${row.seen_at.toISOString()}`;

const list = async (db: Pool): Promise<void> => {
  for (const row of await run(db, selectInstances, [])) printResult(lineOf(row));
  const { at, by } = await one(db, selectUpgradeConfirmation, []);
  printResult(
    at
      ? `No instance older than the registry runs: confirmed ${at.toISOString()} by ${by}`
      : 'Instances older than the registry are not listed and may still run. When none ' +
          `runs any more: npm run instances -- ${CONFIRM}`,
  );
};

const runAction = async (db: Pool, action: string | undefined): Promise<number> => {
  if (!(await one(db, selectHasInstanceRegistry, [])).has_registry) {
    printStatus(
      'The database has no instance registry yet: start an instance of this release first',
    );
    return NOT_DONE;
  }
  if (action === CONFIRM)
    await run(db, confirmUnregisteredGone, [`${userInfo().username}@${hostname()}`]);
  await list(db);
  return 0;
};

const [action, ...others] = process.argv.slice(2);
if ((action !== undefined && action !== CONFIRM) || others.length > 0) {
  printStatus(`Usage: npm run instances [-- ${CONFIRM}]`);
  process.exitCode = NOT_DONE;
} else await runDatabaseCommand((db) => runAction(db, action));
