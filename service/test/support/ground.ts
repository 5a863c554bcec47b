import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { makeApplicationRole } from '../../src/platform/database/application-role.ts';
import { openDatabase, type Pool } from '../../src/platform/database/database.ts';
import { grantApplication } from '../../src/platform/schema/grant-application.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { tempFolder } from './temp-folder.ts';
import { createTestDatabase } from './test-database.ts';
import { startTestNig, type TestNig } from './test-nig.ts';

/** What the desks of a test share. */
export type Ground = {
  /** As the owner, for what a test looks up or breaks. */
  db: Pool;
  ownerUrl: string;
  /** As the role that the desk works as. */
  databaseUrl: string;
  nig: TestNig;
};

/** A NIG with its own folder. */
export async function openNig(stack: AsyncDisposableStack): Promise<TestNig> {
  const folder = stack.use(await tempFolder());
  const nig = await startTestNig(folder.path);
  stack.defer(() => nig.stop());
  return nig;
}

/** A new database of the run's server, and a NIG. */
export async function openGround(stack: AsyncDisposableStack): Promise<Ground> {
  const {
    pool: db,
    url: ownerUrl,
    applicationUrl: databaseUrl,
  } = stack.use(await createTestDatabase());
  await loadCatalogue(db);
  return { db, ownerUrl, databaseUrl, nig: await openNig(stack) };
}

/** An empty database of another server, which is migrated, and a NIG. */
export async function openGroundAt(ownerUrl: string, stack: AsyncDisposableStack): Promise<Ground> {
  await migrate(ownerUrl);
  const databaseUrl = await makeApplicationRole(ownerUrl);
  await grantApplication(ownerUrl, new URL(databaseUrl).username);
  const db = openDatabase(ownerUrl, { max: 3, log: { warn() {} } });
  stack.defer(() => db.end());
  await loadCatalogue(db);
  return { db, ownerUrl, databaseUrl, nig: await openNig(stack) };
}
