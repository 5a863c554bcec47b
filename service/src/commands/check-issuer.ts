import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { examineTokens } from '../access/sign-in/examine-tokens.ts';
import { issuerFrom } from '../access/sign-in/issuer.ts';
import { IssuerUnavailable } from '../access/sign-in/issuer-unavailable.ts';
import { describeIssuer, probeClient } from '../access/sign-in/probe-issuer.ts';
import { readConfig } from '../config/config.ts';
import { StartError } from '../platform/process/start-error.ts';
import { issuerConfig } from '../start/issuer-config.ts';
import { NOT_DONE, printResult, printStatus } from './run-command.ts';

/*
 * `npm run check-issuer` says what the issuer of OIDC_ISSUER offers and whether it accepts the
 * portal's client. `-- --access-token FILE` or `-- --id-token FILE` says what a token gives (`-`
 * is stdin). Exit code 0: it works; 1: it does not; 2: not done.
 */

const USAGE = 'Usage: npm run check-issuer [-- --access-token FILE] [-- --id-token FILE]';

const options = { 'access-token': { type: 'string' }, 'id-token': { type: 'string' } } as const;

const readToken = async (file: string | undefined): Promise<string | undefined> =>
  file === undefined
    ? undefined
    : (await readFile(file === '-' ? '/dev/stdin' : file, 'utf8')).trim();

const check = async (
  given: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'],
) => {
  const read = readConfig(process.env);
  if (!read.ok) {
    printStatus(read.messages.join('\n'));
    return NOT_DONE;
  }
  if (read.config.OIDC_ISSUER === undefined) {
    printStatus('OIDC_ISSUER: set your issuer');
    return NOT_DONE;
  }
  const config = await issuerConfig(read.config, read.config.OIDC_ISSUER);
  const { issuer } = issuerFrom(config, pino({ level: 'silent' }));
  const found = await issuer();
  for (const line of describeIssuer(config, found.client)) printResult(line);
  const client = await probeClient(config, found.client, read.config.PUBLIC_URL);
  printResult(client.says);
  const tokens = await examineTokens(issuer, config, {
    access: await readToken(given['access-token']),
    id: await readToken(given['id-token']),
  });
  for (const line of tokens.lines) printResult(line);
  return client.isAccepted && tokens.areGood ? 0 : 1;
};

const reasonOf = (error: unknown): string | undefined => {
  if (error instanceof StartError) return error.message;
  if (!(error instanceof IssuerUnavailable)) return undefined;
  const { cause } = error;
  return `The issuer cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
};

try {
  process.exitCode = await check(parseArgs({ options }).values);
} catch (error) {
  if (error instanceof TypeError && 'code' in error) printStatus(USAGE);
  else {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    printStatus(reason);
  }
  process.exitCode = NOT_DONE;
}
