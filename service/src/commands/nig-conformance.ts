import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import type { NigSettings } from '../config/nig.ts';
import { openNig } from '../nig/adapters/open-nig.ts';
import { excusesOf, openSuite, SILENT } from '../nig/conformance/open-suite.ts';
import { isReachable, type PromiseVerdict, runSuite } from '../nig/conformance/run-suite.ts';
import type { Nig } from '../nig/nig.ts';
import { StartError } from '../platform/process/start-error.ts';
import { NOT_DONE, printResult, printStatus } from './run-command.ts';

/*
 * `npm run nig:conformance -- --line LINE [--write] [--json FILE]`: judges the ten promises against
 * the NIG that the settings name. Without --write it only reads. Exit code 0: none is broken;
 * 1: one is; 2: NIG does not answer, or the settings are wrong.
 */

const USAGE = 'npm run nig:conformance -- --line SL-000001 [--write] [--json FILE]';

const lineOf = ({ promise, title, verdict, detail }: PromiseVerdict): string =>
  `${String(promise).padStart(2)} ${verdict.padEnd(6)} ${title}${detail ? `: ${detail}` : ''}`;

type Options = { lineId: string; canWrite: boolean; json: string | undefined };

const judge = async (
  settings: NigSettings,
  url: string,
  nig: Nig,
  { lineId, canWrite, json }: Options,
): Promise<number> => {
  const suite = openSuite(settings, url, nig, { lineId, canWrite });
  if (!(await isReachable(suite))) {
    printStatus(`NIG does not answer at ${url}`);
    return NOT_DONE;
  }
  const { adapter, profile, capabilities } = nig.status();
  const verdicts = await runSuite(suite, await excusesOf(settings), (verdict) =>
    printResult(lineOf(verdict)),
  );
  if (json !== undefined) {
    const at = new Date().toISOString();
    const report = { at, url, lineId, adapter, profile, capabilities, verdicts };
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return verdicts.some(({ verdict }) => verdict === 'broken') ? 1 : 0;
};

const run = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      line: { type: 'string' },
      write: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const read = readConfig(process.env);
  if (!read.ok || values.line === undefined) {
    printStatus(read.ok ? USAGE : read.messages.join('\n'));
    return NOT_DONE;
  }
  const { config } = read;
  const url = config.NIG_URL ?? `http://127.0.0.1:${config.NIG_PORT}`;
  const nig = await openNig(config, url, SILENT);
  try {
    return await judge(config, url, nig, {
      ...{ lineId: values.line, canWrite: values.write, json: values.json },
    });
  } finally {
    await nig.close();
  }
};

process.exitCode = await run().catch((error: unknown) => {
  const isExpected = error instanceof StartError || error instanceof TypeError;
  if (!isExpected) throw error;
  printStatus(error.message);
  return NOT_DONE;
});
