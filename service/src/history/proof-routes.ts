import { chainVerdictSchema, evidenceSchema, type HistoryEntry } from '@cpe-desk/contract';
import type { FastifyReply } from 'fastify';
import { noteAccess } from '../access-log/note-access.ts';
import type { Desk } from '../desk.ts';
import { type Api, idParams, problemAnswers } from '../http/api.ts';
import { sendProblem } from '../http/problem.ts';
import { loadTicket, noSuchTicket } from '../ticket/load-ticket.ts';
import { readChain, verifyLine } from './read-chain.ts';
import { publicPem, signJson } from './signing-key.ts';

type Lookup = { params: { id: string }; caller: { segmentGroups: Parameters<typeof loadTicket>[2] } };

/** Answers with what `use` makes of a ticket's line, or that there is no such ticket. */
const withLine = async <Answer>(
  desk: Desk,
  { params, caller }: Lookup,
  reply: FastifyReply,
  use: (lineId: string) => Promise<Answer>,
): Promise<Answer | FastifyReply> => {
  const ticket = await loadTicket(desk.db, params.id, caller.segmentGroups);
  return ticket ? use(ticket.line.id) : sendProblem(reply, noSuchTicket(params.id));
};

/** For reviewers: whether a line's history is intact, and its export with proof (docs/verify-evidence.mjs checks it offline). */
export const registerHistoryProof = (app: Api, desk: Desk): void => {
  app.get(
    '/ticket/ctt/cpe/history/:id/verify',
    {
      config: { action: 'history:verify' },
      schema: {
        summary: 'Whether the history of the ticket’s service line is intact',
        tags: ['history'],
        params: idParams,
        response: { 200: chainVerdictSchema, ...problemAnswers('ctt-not-found') },
      },
    },
    async (request, reply) => withLine(desk, request, reply, (lineId) => verifyLine(desk.db, lineId)),
  );

  app.get(
    '/ticket/ctt/cpe/history/:id/evidence',
    {
      config: { action: 'history:export' },
      schema: {
        summary: 'The whole history of the ticket’s service line, signed, to be verified offline',
        tags: ['history'],
        params: idParams,
        response: { 200: evidenceSchema, ...problemAnswers('ctt-not-found') },
      },
    },
    async (request, reply) =>
      withLine(desk, request, reply, async (serviceLineId) => {
        const entries: HistoryEntry[] = [];
        for await (const entry of readChain(desk.db, serviceLineId)) entries.push(entry);
        const { id, name } = request.caller;
        await noteAccess(desk.db, 'evidence-exported', { id, name }, request, {
          serviceLineId,
          entries: entries.length,
        });
        const facts = {
          format: 'cpe-desk-evidence-1' as const,
          serviceLineId,
          exportedAt: new Date().toISOString(),
          exportedBy: { id, name },
          entries,
        };
        const value = signJson(desk.signingKey, facts);
        reply.header('content-disposition', 'attachment; filename="cpe-history-evidence.json"');
        return {
          ...facts,
          signature: { algorithm: 'Ed25519' as const, publicKey: publicPem(desk.signingKey), value },
        };
      }),
  );
};
