import {
  type CpeField,
  chainVerdictSchema,
  cpeComparisonSchema,
  cpeFields,
  cpeUpdateAnswerSchema,
  historyPageSchema,
  lineDevicesSchema,
  type RevertRequest,
} from '@cpe-desk/contract';
import { updatePath } from '../cpe-update/outcome/cpe-update-client.ts';
import { request } from '../shell/request.ts';

const pathOf = (ticketId: string): string =>
  `/ticket/ctt/cpe/history/${encodeURIComponent(ticketId)}`;

/**
 * What the entries are narrowed down to; times are days, `2026-11-24`, in the reader's own time
 * zone. Empty: not narrowed.
 */
export type HistoryFilters = { field: string; by: string; from: string; to: string };

export const NO_FILTERS: HistoryFilters = { field: '', by: '', from: '', to: '' };

export const isField = (text: string): text is CpeField =>
  cpeFields.some((field) => field === text);

/**
 * The begin of a day, days later, in the reader's own time zone, as RFC 3339; nothing for what is
 * no day.
 */
const beginOf = (day: string, later: number): string | undefined => {
  const [year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)?.slice(1).map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return new Date(year, month - 1, date + later).toISOString();
};

/** The filters as the query of the route: a day counts to its end. */
export const historyQuery = ({ field, by, from, to }: HistoryFilters): Record<string, string> => {
  const [begin, end] = [beginOf(from, 0), beginOf(to, 1)];
  return {
    ...(isField(field) && { field }),
    ...(by.trim() && { by: by.trim() }),
    ...(begin && { from: begin }),
    ...(end && { to: end }),
  };
};

/** A page of the history of a ticket's service line, newest first. */
export const loadHistory = (
  ticketId: string,
  { cursor, limit, filters }: { cursor: string | null; limit: number; filters: HistoryFilters },
  signal: AbortSignal,
) => {
  const query = new URLSearchParams({
    limit: String(limit),
    ...historyQuery(filters),
    ...(cursor !== null && { cursor }),
  });
  return request(historyPageSchema, `${pathOf(ticketId)}?${query}`, { signal });
};

/** Whether the history of the ticket's service line is intact. */
export const verifyHistory = (ticketId: string) =>
  request(chainVerdictSchema, `${pathOf(ticketId)}/verify`);

/** The devices of the ticket's service line, the one in use now first. */
export const loadDevices = (ticketId: string) =>
  request(lineDevicesSchema, `${pathOf(ticketId)}/devices`);

/** The CPE at two moments, given as RFC 3339. */
export const compareMoments = (ticketId: string, first: string, second: string) =>
  request(
    cpeComparisonSchema,
    `${pathOf(ticketId)}/compare?${new URLSearchParams({ first, second })}`,
  );

/** Where the signed export of the history is. */
export const evidencePath = (ticketId: string): string => `${pathOf(ticketId)}/evidence`;

/** Takes an applied update back by a new one. */
export const revertUpdate = (updateId: string, body: RevertRequest, key: string) =>
  request(cpeUpdateAnswerSchema, `${updatePath(updateId)}/revert`, {
    method: 'POST',
    body,
    headers: { 'idempotency-key': key },
  });
