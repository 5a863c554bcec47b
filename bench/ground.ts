import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loadCatalogue } from '../service/src/line/catalogue/load-catalogue.ts';
import { makeApplicationRole } from '../service/src/platform/database/application-role.ts';
import { openDatabase } from '../service/src/platform/database/database.ts';
import { grantApplication } from '../service/src/platform/schema/grant-application.ts';
import { migrate } from '../service/src/platform/schema/migrate.ts';
import { pgCtl } from '../service/test/support/embedded-server.ts';
import { administer, startTestServer, withDatabase } from '../service/test/support/test-server.ts';
import { fill, type Size } from './fill.ts';
import { postmasterOf } from './postmaster.ts';

/** Waits until the kernel has written its dirty pages to the disks. */
export const flush = () => promisify(execFile)('sync');

const log = { warn: (details: object) => console.error(details) };

/**
 * The connection strings of a database, as its owner and as the desk's role, and the process id of
 * its server.
 */
export type Urls = { url: string; applicationUrl: string; postmaster: number };

export type Ground = Urls & {
  /** Runs on a copy of the filled database, which is dropped afterwards. */
  onCopy: Place;
  /** Runs on the filled database itself. */
  inPlace: Place;
};

/** Runs work on a database that is completely on the disk. */
export type Place = <Done>(work: (urls: Urls) => Promise<Done>) => Promise<Done>;

/** Makes the server count each statement's work (pg_stat_statements). Returns its process id. */
const countStatements = async (adminUrl: string, home: string): Promise<number> => {
  await administer(adminUrl, "alter system set shared_preload_libraries = 'pg_stat_statements'");
  await pgCtl(home, 'restart', '-w');
  return postmasterOf(adminUrl);
};

/** A filled database on a durable server of its own, which stops with the stack. */
export const prepareGround = async (
  stack: AsyncDisposableStack,
  size: Size,
  logProgress: (line: string) => void,
): Promise<Ground> => {
  const server = await startTestServer({ durable: true });
  stack.defer(server.stop);
  if (server.home === undefined) throw new Error('A durable server has a folder');
  const postmaster = await countStatements(server.adminUrl, server.home);
  await administer(server.adminUrl, 'create database ground');
  const url = withDatabase(server.adminUrl, 'ground');
  const applicationUrl = await makeApplicationRole(server.adminUrl);
  await migrate(url);
  await grantApplication(url, 'cpe_desk');
  const owner = openDatabase(url, { max: 1, log });
  await loadCatalogue(owner);
  await owner.end();
  await fill(url, size, logProgress);
  await administer(url, 'create extension pg_stat_statements');
  const itself = { url, applicationUrl: withDatabase(applicationUrl, 'ground'), postmaster };
  return {
    ...itself,
    async inPlace(work) {
      await administer(server.adminUrl, 'checkpoint');
      await flush();
      return work(itself);
    },
    async onCopy(work) {
      // Copies files without WAL: otherwise the copy would be written to the disk during the
      // measurement.
      await administer(server.adminUrl, 'create database copy template ground strategy file_copy');
      await flush();
      try {
        return await work({
          url: withDatabase(server.adminUrl, 'copy'),
          applicationUrl: withDatabase(applicationUrl, 'copy'),
          postmaster,
        });
      } finally {
        await administer(server.adminUrl, 'drop database copy with (force)');
      }
    },
  };
};
