import { chainVerdictSchema, cpeUpdateAnswerSchema, historyPageSchema } from '@cpe-desk/contract';
import { request } from '../shell/request.ts';

/** A page of the history of a ticket's service line, newest first. */
export const loadHistory = (
  ticketId: string,
  { cursor, limit }: { cursor: string | null; limit: number },
  signal: AbortSignal,
) => {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { cursor }) });
  return request(historyPageSchema, `/ticket/ctt/cpe/history/${encodeURIComponent(ticketId)}?${query}`, {
    signal,
  });
};

/** Whether the history of the ticket's service line is intact. */
export const verifyHistory = (ticketId: string) =>
  request(chainVerdictSchema, `/ticket/ctt/cpe/history/${encodeURIComponent(ticketId)}/verify`);

/** Where the signed export of the history is. */
export const evidencePath = (ticketId: string): string =>
  `/ticket/ctt/cpe/history/${encodeURIComponent(ticketId)}/evidence`;

/** Takes an applied update back by a new one. */
export const revertUpdate = (updateId: string, reason: string, key: string) =>
  request(cpeUpdateAnswerSchema, `/ticket/ctt/cpe/updates/${encodeURIComponent(updateId)}/revert`, {
    method: 'POST',
    body: { reason },
    headers: { 'idempotency-key': key },
  });
