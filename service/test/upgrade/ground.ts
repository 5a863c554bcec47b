import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeApplicationRole } from '../../src/platform/database/application-role.ts';
import { openDatabase } from '../../src/platform/database/database.ts';
import type { Line } from '../faults/storm-operators.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testLineRecords } from '../support/test-line.ts';
import { startTestNig } from '../support/test-nig.ts';
import { administer, startTestServer, withDatabase } from '../support/test-server.ts';

/** Some answers of NIG are lost, so that each release settles updates of the other. */
const NIG_FAULTS = { mode: 'drop-after-apply', rate: 0.05, latencyMs: 10 };

/** What both releases share: an empty database on a new server, NIG, and one signing key. */
export const prepareGround = async (stack: AsyncDisposableStack) => {
  const { path: folder } = stack.use(await tempFolder());
  const server = await startTestServer({ durable: true });
  stack.defer(server.stop);
  await administer(server.adminUrl, 'create database upgrade');
  const url = withDatabase(server.adminUrl, 'upgrade');
  const pool = openDatabase(url, { max: 2, log: { warn: () => {} } });
  stack.defer(pool.end);
  const nig = await startTestNig(folder);
  stack.defer(() => nig.stop());
  await nig.setFaults(NIG_FAULTS);
  const keyFile = join(folder, 'history-key.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return { folder, url, applicationUrl: await makeApplicationRole(url), pool, nig, keyFile };
};
export type Ground = Awaited<ReturnType<typeof prepareGround>>;

/** Runs a command of a release to its end. */
export const runCommand = async (file: string, args: string[], env: Record<string, string>) => {
  const { code, out, err } = await runProgram(file, args, { ...process.env, ...env });
  return { code, out: (out + err).trim() };
};

/** Imports lines with a running release. */
export const importLines = async (
  { folder, url }: Pick<Ground, 'folder' | 'url'>,
  root: string,
  count: number,
): Promise<Line[]> => {
  const lines = Array.from({ length: count }, () => testLineRecords());
  const file = join(folder, 'lines.ndjson');
  const records = lines.flatMap((line) => line.records);
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  // Release 0.1.0 has its commands beside their features.
  const main = ['service/src/commands/import.ts', 'service/src/import/main.ts']
    .map((path) => join(root, path))
    .find(existsSync);
  if (!main) throw new Error(`${root} has no import`);
  const { code, out } = await runCommand(main, [file], { DATABASE_URL: url, DATA_DIR: folder });
  if (code !== 0) throw new Error(`The previous release could not import: ${out}`);
  return lines.map(({ id, lineId }) => ({ id, lineId }));
};
