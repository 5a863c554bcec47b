import type { FastifyReply } from 'fastify';
import { cancelledBy, type Pool } from '../database/database.ts';

/** Connections for what is read and cancelled when the caller leaves. */
export type Readers = {
  reads: Pool;
  /** For searches, reports and exports, which may take longer. */
  searches: Pool;
};

type Reply = Pick<FastifyReply, 'raw'>;

/** Says that the caller left, or has the answer. (A request of Node is closed when its body is read.) */
const signalOf = ({ raw }: Reply): AbortSignal => {
  const left = new AbortController();
  raw.once('close', () => left.abort());
  return left.signal;
};

/**
 * What a feature needs, as a request that only reads uses it: its statements are cancelled when the
 * caller leaves. Never for what writes.
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
