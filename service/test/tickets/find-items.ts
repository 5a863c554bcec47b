import assert from 'node:assert/strict';
import { type TicketList, type TicketListItem, ticketListSchema } from '@cpe-desk/contract';
import type { Client } from '../support/client.ts';

/** One page of the list. */
export const list = async (client: Client, query: Record<string, string>): Promise<TicketList> => {
  const answer = await client.get(`/ticket/ctt?${new URLSearchParams(query)}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return ticketListSchema.parse(answer.body);
};

/** The tickets of all pages. */
export const listAll = async (
  client: Client,
  query: Record<string, string>,
): Promise<TicketListItem[]> => {
  const items = [];
  let cursor: string | null = null;
  do {
    const page = await list(client, { ...query, limit: '97', ...(cursor && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
};

/** The numbers of all tickets that a text finds, newest first. */
export const find = async (client: Client, q: string): Promise<string[]> =>
  (await listAll(client, { q })).map(({ ticketNo }) => ticketNo);
