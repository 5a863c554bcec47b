import type { FastifyReply } from 'fastify';
import { cancelledBy, type Pool } from '../database/database.ts';
import type { StandbyReads } from '../database/standby-pool.ts';

/** Connections for reads, which are cancelled when the caller leaves. */
export type Readers = {
  reads: Pool;
  /** For searches, reports and exports, which may take longer. */
  searches: Pool;
  /** Answers some of the reads, where there is one. */
  standby?: StandbyReads | undefined;
};

type Reply = Pick<FastifyReply, 'raw'>;

/**
 * A signal for a caller who left or has the answer. (Node closes a request when its body is read.)
 */
const signalOf = ({ raw }: Reply): AbortSignal => {
  const left = new AbortController();
  raw.once('close', () => left.abort());
  return left.signal;
};

/**
 * The dependencies of a feature for a request that only reads: its statements are cancelled when
 * the caller leaves. Never use it for writes.
 */
export const reading = <Parts extends Pick<Readers, 'reads'>>(
  parts: Parts,
  reply: Reply,
): Parts & { db: Pool } => ({ ...parts, db: cancelledBy(parts.reads, signalOf(reply)) });

/** The same for searches, reports and exports. */
export const searching = <Parts extends Pick<Readers, 'searches'>>(
  parts: Parts,
  reply: Reply,
): Parts & { db: Pool } => ({ ...parts, db: cancelledBy(parts.searches, signalOf(reply)) });

/**
 * Connections for a list, a search, a report or an export: of a standby, where it lacks at most
 * what is 5 s old and the caller changed nothing lately. Never for what a decision depends on.
 */
export const listing = (
  parts: Readers,
  of: 'reads' | 'searches',
  reply: Reply,
  { caller }: { caller: { id: string } },
): Pool => {
  const { standby, [of]: primary } = parts;
  return cancelledBy(standby?.prefer(of, primary, caller.id) ?? primary, signalOf(reply));
};
