import { prepareDatabase } from '../start/prepare-database.ts';
import { printResult, printStatus, runCommand } from './run-command.ts';

/*
 * `npm run migrate` prepares the database for this build, as its owner: for desks that start with
 * MIGRATE_AT_START=false. Exit code 0: it is prepared; 2: not done.
 */

await runCommand(async (ownerUrl, config) => {
  const url = config.DATABASE_URL ?? ownerUrl;
  const { applied } = await prepareDatabase({ ownerUrl, url }, config, printStatus);
  for (const name of applied) printResult(`applied ${name}`);
  printResult('The database is ready for this release.');
  return 0;
});
