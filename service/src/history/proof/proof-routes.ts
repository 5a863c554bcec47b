import type { KeyObject } from 'node:crypto';
import {
  chainVerdictSchema,
  evidenceSchema,
  type HistoryEntry,
  type HistoryKey,
  historyKeySchema,
} from '@cpe-desk/contract';
import { recordAccess } from '../../access/access-log/record-access.ts';
import { maybeOne, one, type Pool } from '../../platform/database/database.ts';
import { type Api, idParams, problemAnswers } from '../../platform/http/api.ts';
import { limitConcurrency } from '../../platform/http/limit-concurrency.ts';
import { type Readers, searching } from '../../platform/http/reading.ts';
import { withTicket } from '../../tickets/with-ticket.ts';
import { selectDatabaseTime, selectLastHistoryRecord } from '../anchors/anchors.sql.ts';
import { previousKeys } from '../keys/history-keys.ts';
import { keyIdOf, publicPem, signJson } from '../keys/signing-key.ts';
import { readChain, timesOrderedSince, verifyLine } from './read-chain.ts';

export type ProofDeps = Readers & {
  /** For the access log. */
  db: Pool;
  /** The key that signs evidence (Ed25519). */
  signingKey: KeyObject;
};

/** Of one reviewer at a time: an export reads a whole history. */
const MOST_EXPORTS = 2;

/** `SL-000001-2026-11-28.evidence.json`. A line's id may have characters that no file name has. */
const evidenceName = (serviceLineId: string, exportedAt: string): string =>
  `${serviceLineId.replaceAll(/[^\w.-]/g, '_')}-${exportedAt.slice(0, 10)}.evidence.json`;

const registerHistoryKey = (app: Api, deps: ProofDeps): void => {
  app.get(
    '/ticket/ctt/cpe/history/key',
    {
      config: { action: 'history:read' },
      schema: {
        summary: 'The public keys that verify evidence offline (docs/verify-evidence.mjs)',
        tags: ['history'],
        response: { 200: historyKeySchema, ...problemAnswers() },
      },
    },
    async (): Promise<HistoryKey> => {
      const publicKey = publicPem(deps.signingKey);
      const { vouched } = await previousKeys(deps.reads, publicKey);
      const algorithm = 'Ed25519' as const;
      return {
        keyId: keyIdOf(publicKey),
        algorithm,
        publicKey,
        previous: vouched.map(({ retiredAt, ...key }) => ({
          ...key,
          algorithm,
          retiredAt: retiredAt.toISOString(),
        })),
      };
    },
  );
};

/** Routes for reviewers: the verification of a line's history, and its export with proof. */
export const registerHistoryProof = (app: Api, deps: ProofDeps): void => {
  registerHistoryKey(app, deps);
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
    async (request, reply) => {
      const readers = searching(deps, reply);
      return withTicket(readers, request, reply, async ({ line }) => {
        const anchor = await maybeOne(readers.db, selectLastHistoryRecord, []);
        const verdict = await verifyLine(readers.db, line.id);
        return { ...verdict, anchoredAt: anchor?.at.toISOString() ?? null };
      });
    },
  );

  app.get(
    '/ticket/ctt/cpe/history/:id/evidence',
    {
      config: { action: 'history:export' },
      preHandler: limitConcurrency(MOST_EXPORTS, 'exports of a history'),
      schema: {
        summary: 'The whole history of the ticket’s service line, signed for offline verification',
        tags: ['history'],
        params: idParams,
        response: { 200: evidenceSchema, ...problemAnswers('ctt-not-found') },
      },
    },
    async (request, reply) => {
      const readers = searching(deps, reply);
      return withTicket(readers, request, reply, async ({ line: { id: serviceLineId } }) => {
        const entries: HistoryEntry[] = [];
        for await (const entry of readChain(readers.db, serviceLineId)) entries.push(entry);
        const { id, name } = request.caller;
        await recordAccess(deps.db, 'evidence-exported', { id, name }, request, {
          serviceLineId,
          entries: entries.length,
        });
        const facts = {
          format: 'cpe-desk-evidence-1' as const,
          serviceLineId,
          exportedAt: (await one(readers.db, selectDatabaseTime, [])).now.toISOString(),
          exportedBy: { id, name },
          timesOrderedSince: (await timesOrderedSince(readers.db)).toISOString(),
          entries,
        };
        const value = signJson(deps.signingKey, facts);
        const file = evidenceName(serviceLineId, facts.exportedAt);
        reply.header('content-disposition', `attachment; filename="${file}"`);
        return {
          ...facts,
          signature: {
            algorithm: 'Ed25519' as const,
            publicKey: publicPem(deps.signingKey),
            value,
          },
        };
      });
    },
  );
};
