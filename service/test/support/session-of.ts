import { createHash, randomBytes } from 'node:crypto';
import type { Role, SegmentGroup } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import { type Client, clientWith } from './client.ts';
import type { TestDesk } from './desk.ts';

const insertSession = statement<
  never,
  [hash: string, subject: string, role: Role, segmentGroups: readonly SegmentGroup[]]
>(
  'test-insert-session-of',
  `insert into portal_session (token_hash, subject, name, roles, segment_groups, expires_at)
   values ($1, $2, $2, array[$3], $4, now() + interval '1 hour')`,
);

/** Someone with this role and these segment groups, signed in by a browser's session. */
export const sessionOf = async (
  desk: Pick<TestDesk, 'db' | 'origin'>,
  role: Role,
  segmentGroups: readonly SegmentGroup[],
  subject = `${role} of ${segmentGroups.join()}`,
): Promise<Client & { sessionId: string }> => {
  const token = randomBytes(32).toString('base64url');
  const sessionId = createHash('sha256').update(token).digest('base64url');
  await run(desk.db, insertSession, [sessionId, subject, role, segmentGroups]);
  const cookie = `cpe_desk_session=${token}`;
  return { ...clientWith(desk.origin, '', { cookie, origin: desk.origin }), sessionId };
};
