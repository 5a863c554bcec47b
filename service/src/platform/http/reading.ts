import type { FastifyReply } from 'fastify';
import type { Desk } from '../../desk.ts';
import { cancelledBy, type Pool } from '../database/database.ts';

type Reply = Pick<FastifyReply, 'raw'>;

/** Says that the caller left, or has the answer. (A request of Node is closed when its body is read.) */
const signalOf = ({ raw }: Reply): AbortSignal => {
  const left = new AbortController();
  raw.once('close', () => left.abort());
  return left.signal;
};

/**
 * The parts of the desk as a request that only reads uses them: its statements run on connections of
 * their own, and are cancelled when the caller leaves. Never for what writes.
 */
export const reading = <Parts extends Pick<Desk, 'reads'>>(
  parts: Parts,
  reply: Reply,
): Parts & { db: Pool } => ({ ...parts, db: cancelledBy(parts.reads, signalOf(reply)) });

/** The same for searches, reports and exports, which may take longer. */
export const searching = <Parts extends Pick<Desk, 'searches'>>(
  parts: Parts,
  reply: Reply,
): Parts & { db: Pool } => ({ ...parts, db: cancelledBy(parts.searches, signalOf(reply)) });
