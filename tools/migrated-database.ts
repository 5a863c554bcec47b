import { migrate } from '../service/src/platform/schema/migrate.ts';
import {
  administer,
  randomName,
  startTestServer,
  withDatabase,
} from '../service/test/support/test-server.ts';

/** Works on a throw-away database with the schema of all migrations. */
export const onMigratedDatabase = async <Result>(
  work: (url: string) => Promise<Result>,
): Promise<Result> => {
  await using stack = new AsyncDisposableStack();
  const server = await startTestServer();
  stack.defer(() => server.stop());
  const database = `cpe_desk_schema_${randomName()}`;
  await administer(server.adminUrl, `create database ${database} template template0`);
  stack.defer(() => administer(server.adminUrl, `drop database ${database} with (force)`));
  const url = withDatabase(server.adminUrl, database);
  await migrate(url);
  return await work(url);
};
