/**
 * `npm run serve`, and the start of the demo: reads the settings, starts the desk (start-desk.ts)
 * and stops it. `--help` prints the settings, `--check-config` their faults.
 */
import { CLOSING_GRACE_MS } from './app.ts';
import { type Config, readConfig } from './config/config.ts';
import { configHelp } from './config/config-help.ts';
import { StartError, systemErrorCode } from './platform/process/start-error.ts';
import { stopOnSignals } from './platform/process/stop-on-signals.ts';
import { fileFaults } from './start/check-files.ts';
import { chooseParts, type Parts, type StandIns } from './start/stand-ins.ts';
import { print, startDesk } from './start-desk.ts';

const printError = (message: string) => {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
};

/** The setting whose port another program has. */
const inUse = (error: unknown, { PORT, METRICS_PORT }: Config): string => {
  const isMetrics = error instanceof Error && 'port' in error && error.port === METRICS_PORT;
  return isMetrics ? `METRICS_PORT ${METRICS_PORT}` : `PORT ${PORT}`;
};

/** The message of an error that needs no stack; undefined for any other error. */
const messageOf = (error: unknown, config: Config): string | undefined => {
  if (error instanceof StartError) return error.message;
  const code = systemErrorCode(error);
  if (code === 'EADDRINUSE')
    return `${inUse(error, config)} is in use; stop the program that listens there, or start with another one`;
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES')
    return `HOST ${config.HOST}, PORT ${config.PORT} cannot be listened on (${code})`;
  if (config.DATABASE_URL !== undefined && code !== undefined)
    return `The database of DATABASE_URL cannot be used: ${error instanceof Error ? error.message : code}`;
  return undefined;
};

/** Time for the parts to end after the last request, ms. */
const PARTS_END_WITHIN_MS = 3000;

const startAndStop = async (config: Config, parts: Parts): Promise<void> => {
  const stack = new AsyncDisposableStack();
  const stopping = new AbortController();
  const started = startDesk(config, parts, stack, stopping.signal);
  const startEnds = started.catch(() => {});
  stopOnSignals({
    drain: () => stopping.abort(),
    startEnds,
    stop: () => stack.disposeAsync(),
    graceMs: config.SHUTDOWN_GRACE_S * 1000,
    limitMs: config.NIG_TIMEOUT_MS + CLOSING_GRACE_MS + PARTS_END_WITHIN_MS,
    print,
  });
  try {
    await started;
  } catch (error) {
    // A stop during the start ends the started parts, and with them a wait for the database.
    if (stopping.signal.aborted) return;
    await stack.disposeAsync();
    const message = messageOf(error, config);
    if (message === undefined) throw error;
    printError(message);
  }
};

/** Names the faults of files too, which a start would find one after the other. */
const checkConfig = async (config: Config): Promise<void> => {
  const faults = await fileFaults(config);
  if (faults.length > 0) return printError(faults.join('\n'));
  print('The configuration is complete.');
};

/** Runs the desk as the environment says; answers when it has started, or cannot. */
export const run = async (standIns: StandIns): Promise<void> => {
  if (process.argv.includes('--help'))
    return print(
      `npm start or npm run serve, with these environment variables:\n\n${configHelp()}`,
    );
  const read = readConfig(process.env);
  if (!read.ok) return printError(read.messages.join('\n'));
  const chosen = await chooseParts(read.config, standIns);
  if (!chosen.ok) return printError(chosen.messages.join('\n'));
  if (process.argv.includes('--check-config')) return checkConfig(read.config);
  return startAndStop(read.config, chosen.parts);
};

if (import.meta.main) await run({});
