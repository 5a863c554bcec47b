import pg from 'pg';
import { openDatabase, type Pool } from '../../src/platform/database/database.ts';
import { administer, randomName, withDatabase } from './test-server.ts';
import { untilEnd } from './until-end.ts';

export type TestDatabase = AsyncDisposable & {
  /** As the owner, who may do anything. */
  url: string;
  pool: Pool;
  /** As the role that the desk works as. */
  applicationUrl: string;
  drop(): Promise<void>;
};

// The environment carries these from the global set-up to the processes of the test files.
const SERVER = 'CPE_DESK_TEST_SERVER';
const TEMPLATE = 'CPE_DESK_TEST_TEMPLATE';
const APPLICATION = 'CPE_DESK_TEST_APPLICATION';

type Given = { adminUrl: string; template: string; applicationUrl: string };

export function setTestServer({ adminUrl, template, applicationUrl }: Given): void {
  process.env[SERVER] = adminUrl;
  process.env[TEMPLATE] = template;
  process.env[APPLICATION] = applicationUrl;
}

/** A new database: migrated, or `empty`. `await using` drops it at the end of the block. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const { adminUrl, template, applicationUrl } = testServer();
  const name = `${prefixOf(template)}${randomName()}`;
  await administer(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${empty ? 'template0' : template}`);
  const url = withDatabase(adminUrl, name);
  const pool = openDatabase(url, { max: 5, log: { warn: () => {} } });
  const drop = async () => {
    await pool.end();
    await administer(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return {
    url,
    pool,
    applicationUrl: withDatabase(applicationUrl, name),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/** The database of a test file, or of the test that calls this; it is dropped at the end. */
export const useDatabase = async (options?: { empty?: boolean }): Promise<TestDatabase> =>
  untilEnd(await createTestDatabase(options));

/** Drops the template of this run, the databases that its tests left, and their role. */
export async function dropTestDatabases(): Promise<void> {
  const { adminUrl, template, applicationUrl } = testServer();
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE datname = $1 OR starts_with(datname, $2)',
      [template, prefixOf(template)],
    );
    for (const { name } of rows) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.query(`DROP ROLE IF EXISTS ${new URL(applicationUrl).username}`);
  } finally {
    await client.end();
  }
}

/** One run's databases share a prefix, so that runs can share a server. */
const prefixOf = (template: string) => `${template.replace('_template_', '_test_')}_`;

function testServer(): Given {
  const adminUrl = process.env[SERVER];
  const template = process.env[TEMPLATE];
  const applicationUrl = process.env[APPLICATION];
  if (adminUrl !== undefined && template !== undefined && applicationUrl !== undefined)
    return { adminUrl, template, applicationUrl };
  throw new Error(
    'No test database server. Run a single test file from the root of the repository with\n' +
      '  npx node --test --test-global-setup=service/test/support/global-setup.ts path/to/file.test.ts',
  );
}
