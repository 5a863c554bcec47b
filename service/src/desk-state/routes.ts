import { type Caller, deskStateSchema, type Hold, type IncidentView } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { one, type Queryable } from '../platform/database/database.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { type Readers, reading } from '../platform/http/reading.ts';
import { countWork } from './desk-state.sql.ts';

/** The parts of the answer that other folders know. */
export type DeskStateParts = {
  readHold: (db: Queryable) => Promise<Hold>;
  readIncident: () => Promise<IncidentView>;
  countUnread: (db: Queryable, caller: Caller) => Promise<number>;
  readSessionEnd: (db: Queryable, request: FastifyRequest) => Promise<Date | null>;
};

const workOf = async (db: Queryable, { actions, segmentGroups }: Caller) => {
  const [maySettle, maySeeDrift] = [
    actions.includes('cpe-update:settle'),
    actions.includes('drift:read'),
  ];
  if (!maySettle && !maySeeDrift) return { attention: null, differences: null };
  const { attention, differences } = await one(db, countWork, [segmentGroups]);
  return {
    attention: maySettle ? attention : null,
    differences: maySeeDrift ? differences : null,
  };
};

/** `GET /desk-state`: one request for what every page asks again and again. */
export const registerDeskState = (
  app: Api,
  deps: Pick<Readers, 'reads'>,
  { readHold, readIncident, countUnread, readSessionEnd }: DeskStateParts,
): void => {
  app.get(
    '/desk-state',
    {
      config: { action: 'signed-in', isPassive: true },
      schema: {
        summary:
          'Hold, incident, work that waits, unread notifications, and the end of the session',
        tags: ['operations'],
        response: { 200: deskStateSchema, ...problemAnswers() },
      },
    },
    async (request, reply) => {
      const { db } = reading(deps, reply);
      const [hold, view, work, unread, sessionEndsAt] = await Promise.all([
        readHold(db),
        readIncident(),
        workOf(db, request.caller),
        countUnread(db, request.caller),
        readSessionEnd(db, request),
      ]);
      reply.header('cache-control', 'no-store');
      const endsAt = sessionEndsAt?.toISOString() ?? null;
      return { ...view, ...work, hold, unread, sessionEndsAt: endsAt };
    },
  );
};
