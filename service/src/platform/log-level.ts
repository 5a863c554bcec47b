import {
  type LogLevel,
  type LogLevelRequest,
  type LogLevelState,
  logLevels,
} from '@cpe-desk/contract';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';

/** Changes the level of an instance's log while it runs. */
export type LogLevelControl = {
  /** Lets a logger follow the level. A child has its parent's level only at its beginning. */
  follow(logger: Pick<FastifyBaseLogger, 'level'>): void;
  state(): LogLevelState;
  set(request: LogLevelRequest): void;
  /** Debug, or the usual level where it is debug already. */
  toggleDebug(): void;
  stop(): void;
};

const MINUTE_MS = 60_000;

/** Levels at which a change cannot be said. */
const HIDE_WARNINGS: readonly LogLevel[] = ['error', 'fatal', 'silent'];

/** Controls the level of a log, of which the present one is the usual one. */
export const controlLogLevel = (
  log: Pick<FastifyBaseLogger, 'level' | 'warn'>,
): LogLevelControl => {
  const usual = z.enum(logLevels).parse(log.level);
  const followers: Pick<FastifyBaseLogger, 'level'>[] = [log];
  let level = usual;
  let until: Date | null = null;
  let timer: NodeJS.Timeout | undefined;
  const change = (wanted: LogLevel, minutes?: number): void => {
    clearTimeout(timer);
    until = minutes === undefined ? null : new Date(Date.now() + minutes * MINUTE_MS);
    if (minutes !== undefined) timer = setTimeout(() => change(usual), minutes * MINUTE_MS).unref();
    if (wanted === level) return;
    const said = { from: level, to: wanted, until };
    const isSaidBefore = HIDE_WARNINGS.includes(wanted);
    if (isSaidBefore) log.warn(said, 'the log level changes');
    level = wanted;
    for (const follower of followers) follower.level = wanted;
    if (!isSaidBefore) log.warn(said, 'the log level changes');
  };
  return {
    follow(logger) {
      logger.level = level;
      followers.push(logger);
    },
    state: () => ({ level, usual, until: until?.toISOString() ?? null }),
    set: ({ level: wanted, minutes }) => change(wanted, minutes),
    toggleDebug: () => change(level === 'debug' ? usual : 'debug'),
    stop: () => clearTimeout(timer),
  };
};
