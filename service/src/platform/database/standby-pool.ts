import type pg from 'pg';
import type { Pool } from './database.ts';
import { CallerLeft, DatabaseSilent, isDatabaseUnavailable } from './errors.ts';

/** Where a read ran, or why on the primary. */
export type ReadPlace = 'standby' | 'behind' | 'written' | 'repeated';

/** What decides, for each statement, whether a standby may answer it. */
export type StandbyUse = {
  /**
   * An SQL expression that fails on a server which lacks more than the bound allows; undefined
   * where no standby may be asked now.
   */
  requirement(): string | undefined;
  /** Whether the caller of these statements changed something lately. */
  hasWritten(): Promise<boolean>;
  report(place: ReadPlace, error?: unknown): void;
};

/** In the message of a requirement that a server does not meet. */
export const BEHIND = 'standby is behind';

const QUERY_CANCELLED = '57014';

/**
 * Whether the primary may answer what a standby did not: the standby is away, is behind, or
 * cancelled the statement because it conflicts with its replay (40001). A statement that took its
 * whole time there is not repeated: its caller has waited long enough.
 */
const isToRepeat = (error: unknown): boolean => {
  if (error instanceof CallerLeft || error instanceof DatabaseSilent) return false;
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === QUERY_CANCELLED) return false;
  return error.message.includes(BEHIND) || isDatabaseUnavailable(error);
};

/**
 * The primary's pool for one caller who only reads: a statement runs on a standby where one may
 * answer it, and on the primary otherwise or where the standby fails. Transactions are the
 * primary's.
 */
export const preferStandby = (primary: Pool, standby: Pool, use: StandbyUse): Pool => {
  let written: Promise<boolean> | undefined;
  const query: Pool['connection']['query'] = async <Row extends pg.QueryResultRow>(
    config: Parameters<typeof primary.connection.query>[0],
    signal?: AbortSignal,
  ): Promise<pg.QueryResult<Row>> => {
    const onPrimary = (place: ReadPlace, error?: unknown) => {
      use.report(place, error);
      return primary.connection.query<Row, unknown[]>(config, signal);
    };
    const requires = use.requirement();
    if (requires === undefined) return onPrimary('behind');
    written ??= use.hasWritten();
    if (await written) return onPrimary('written');
    try {
      const answer = await standby.connection.query<Row, unknown[]>(
        { ...config, requires },
        signal,
      );
      use.report('standby');
      return answer;
    } catch (error) {
      if (!isToRepeat(error)) throw error;
      return onPrimary('repeated', error);
    }
  };
  return { ...primary, connection: { query } };
};

/** The reads of callers that may be answered by a standby. */
export type StandbyReads = {
  /** The primary's pool for one caller, whose statements run on the standby where they may. */
  prefer(of: 'reads' | 'searches', primary: Pool, callerId: string): Pool;
  /** Call it before the answer to a caller who may have changed something. */
  recordWrite(callerId: string): Promise<void>;
};
