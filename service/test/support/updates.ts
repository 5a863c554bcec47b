import assert from 'node:assert/strict';
import {
  type Cpe,
  type CpeUpdate,
  type CpeUpdateAnswer,
  type CpeUpdateRequest,
  cpeUpdateAnswerSchema,
  cpeUpdateSchema,
  type HistoryEntry,
  historyPageSchema,
  type Ticket,
  ticketSchema,
  withoutVersion,
} from '@cpe-desk/contract';
import { assertProblem } from './assert-problem.ts';
import type { Answer, Client } from './client.ts';
import type { TestDesk } from './desk.ts';
import { addTestLine, type TestLine } from './test-line.ts';
import type { TestNig } from './test-nig.ts';
import { until } from './until.ts';

type Headed = Record<string, string>;

export const readTicket = async (client: Client, id: string): Promise<Ticket> =>
  ticketSchema.parse((await client.get(`/ticket/ctt/${id}`)).body);

/** The first page of a line's history, newest entry first. */
export const readHistory = async (client: Client, id: string): Promise<HistoryEntry[]> =>
  historyPageSchema.parse((await client.get(`/ticket/ctt/cpe/history/${id}`)).body).items;

/** Waits until a ticket's line has no unsettled update. */
export const waitUntilSettled = (client: Client, id: string) =>
  until(`${id} has no unsettled update`, async () => {
    const { body } = await client.get(`/ticket/ctt/${id}`);
    return ticketSchema.safeParse(body).data?.unsettledUpdate === null;
  });

let addresses = 0;

/** An IP address that no test line records and that no caller got before. */
export const newAddress = (): string => `10.80.${addresses >> 8}.${addresses++ & 255}`;

/** The body of an update of a ticket: its CPE as recorded now, and the same with these changes. */
export async function updateBody(
  client: Client,
  ticketId: string,
  changes: Partial<Cpe> = {},
): Promise<CpeUpdateRequest> {
  const { cpe } = await readTicket(client, ticketId);
  if (cpe === null) throw new Error(`${ticketId} has no CPE`);
  const current = withoutVersion(cpe);
  return { current, new: { ...current, ...changes }, reason: 'test' };
}

/** Asks for an update with this body. */
export const postUpdate = (client: Client, ticketId: string, body: unknown, headers?: Headed) =>
  client.post(`/ticket/ctt/cpe/update/${ticketId}`, body, headers);

/** Updates a ticket's CPE, or refreshes it where nothing changes. */
export async function sendUpdate(
  client: Client,
  ticketId: string,
  changes: Partial<Cpe> = {},
  headers?: Headed,
): Promise<Answer> {
  return postUpdate(client, ticketId, await updateBody(client, ticketId, changes), headers);
}

/** Updates or refreshes a ticket's CPE, which succeeds. */
export async function updateCpe(
  client: Client,
  ticketId: string,
  changes: Partial<Cpe> = {},
  reason = 'test',
): Promise<CpeUpdateAnswer> {
  const body = { ...(await updateBody(client, ticketId, changes)), reason };
  const answer = await postUpdate(client, ticketId, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return cpeUpdateAnswerSchema.parse(answer.body);
}

export const readUpdate = async (client: Client, updateId: unknown): Promise<CpeUpdate> =>
  cpeUpdateSchema.parse((await client.get(`/ticket/ctt/cpe/updates/${updateId}`)).body);

/** Waits until an update has a state; answers the update. */
export const waitForState = (client: Client, updateId: unknown, state: CpeUpdate['state']) =>
  until(`${updateId} is ${state}`, async () => {
    const update = await readUpdate(client, updateId);
    return update.state === state && update;
  });

type Prepared = { line?: TestLine; client?: Client };

/** A new line and an update of its address, which `send` sends. */
export async function prepareUpdate(
  { db, operator }: Pick<TestDesk, 'db' | 'operator'>,
  { line = {}, client = operator }: Prepared = {},
) {
  const added = await addTestLine(db, line);
  const body = await updateBody(client, added.id, { ipAddress: newAddress() });
  const send = (headers?: Headed) => postUpdate(client, added.id, body, headers);
  return { ...added, body, send };
}

/** An update of a new line whose outcome is unknown, since NIG failed in `mode`. */
export async function leaveUnknown(
  desk: Pick<TestDesk, 'db' | 'operator' | 'nig'>,
  {
    mode = 'drop-after-apply',
    lookup = true,
    ...of
  }: Prepared & { mode?: string; lookup?: unknown } = {},
) {
  const prepared = await prepareUpdate(desk, of);
  await desk.nig.setFaults({ mode, lookup });
  const key = crypto.randomUUID();
  const send = () => prepared.send({ 'idempotency-key': key });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  return { ...prepared, send, updateId: String(updateId) };
}

/** How many updates NIG received: for one line, or for all. */
export async function countSends(nig: Pick<TestNig, 'log'>, lineId?: string): Promise<number> {
  const sends = (await nig.log()).filter(({ method }) => method === 'PUT');
  return sends.filter(({ serviceLineId }) => lineId === undefined || serviceLineId === lineId)
    .length;
}
