import type { FastifyReply } from 'fastify';
import { cancelledBy, type Pool } from '../database/database.ts';

/** Connections for reads, which are cancelled when the caller leaves. */
export type Readers = {
  reads: Pool;
  /** For searches, reports and exports, which may take longer. */
  searches: Pool;
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
