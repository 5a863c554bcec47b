import { makeApplicationRole } from '../../src/platform/database/application-role.ts';
import { grantApplication } from '../../src/platform/schema/grant-application.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { dropTestDatabases, setTestServer } from './test-database.ts';
import {
  administer,
  randomName,
  startTestServer,
  type TestServer,
  withDatabase,
} from './test-server.ts';

/*
 * For `--test-global-setup`: one PostgreSQL server per test run, with one migrated template that
 * `createTestDatabase` clones.
 */

let server: TestServer | undefined;

export async function globalSetup(): Promise<void> {
  server = await startTestServer();
  try {
    const template = `cpe_desk_template_${randomName()}`;
    await administer(server.adminUrl, `CREATE DATABASE ${template}`);
    const applicationUrl = await makeApplicationRole(
      server.adminUrl,
      `cpe_desk_app_${randomName()}`,
    );
    setTestServer({ adminUrl: server.adminUrl, template, applicationUrl });
    await migrate(withDatabase(server.adminUrl, template));
    await grantApplication(
      withDatabase(server.adminUrl, template),
      new URL(applicationUrl).username,
    );
    // Cloning a template needs that nobody is connected to it.
    await administer(server.adminUrl, `ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
  } catch (error) {
    await globalTeardown();
    throw error;
  }
}

/** Runs also when tests have failed. */
export async function globalTeardown(): Promise<void> {
  await dropTestDatabases();
  await server?.stop();
}
