import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from '@cpe-desk/client';

/*
 * Corrects the IP address of a ticket's CPE: finds the ticket, previews the update, makes it, and
 * follows it until it is settled.
 *
 *   DESK_TOKEN=… node client/examples/correct-address.ts --desk http://localhost:3000 \
 *     --ticket CTT-000001 --address 10.20.0.7 --reason "customer called"
 */

const type = 'string' as const;
const { values } = parseArgs({
  options: {
    desk: { type, default: 'http://localhost:3000' },
    ticket: { type, default: '' },
    address: { type, default: '' },
    reason: { type },
  },
});
const desk = createClient({ baseUrl: values.desk, token: process.env.DESK_TOKEN ?? '' });

/** What failed, by the problem's stable code. */
const failure = (what: string, problem: { code: string; detail: string }) =>
  new Error(`${what}: ${problem.code}: ${problem.detail}`);

const findTicket = async (ticketNo: string) => {
  const found = await desk.GET('/ticket/ctt', { params: { query: { q: ticketNo } } });
  if (found.error) throw failure('search', found.error);
  const item = found.data.items.find((each) => each.ticketNo === ticketNo);
  if (!item) throw new Error(`There is no ticket ${ticketNo}`);
  const ticket = await desk.GET('/ticket/ctt/{id}', { params: { path: { id: item.id } } });
  if (ticket.error) throw failure('ticket', ticket.error);
  return ticket.data;
};

/** Asks for an update until it is settled, or until a person has to settle it. */
const follow = async (updateId: string): Promise<void> => {
  for (;;) {
    const path = { updateId };
    const { data, error } = await desk.GET('/ticket/ctt/cpe/updates/{updateId}', {
      params: { path },
    });
    if (error) throw failure('update', error);
    console.log(`${data.updateId} is ${data.state}`);
    if (['applied', 'rejected', 'abandoned', 'needs-attention'].includes(data.state)) return;
    await sleep(1000);
  }
};

const { id, cpe } = await findTicket(values.ticket);
if (!cpe) throw new Error(`The line of ${values.ticket} has no CPE on record`);
const { version: _, ...current } = cpe;
const body = { current, new: { ...current, ipAddress: values.address }, reason: values.reason };

const preview = await desk.POST('/ticket/ctt/cpe/preview/{id}', { params: { path: { id } }, body });
if (preview.error) throw failure('preview', preview.error);
console.log(`a ${preview.data.kind} of ${preview.data.changed.join(', ') || 'nothing'}`);
for (const { code, detail } of preview.data.warnings) console.log(`warning ${code}: ${detail}`);

// Keep the key: the same request with the same key, sent again after a lost answer, is made once.
const header = { 'idempotency-key': randomUUID() };
const made = await desk.POST('/ticket/ctt/cpe/update/{id}', {
  params: { path: { id }, header },
  body,
});
if (made.error && made.error.code !== 'nig-outcome-unknown') throw failure('update', made.error);
const updateId = made.error ? made.error.updateId : made.data.updateId;
await follow(updateId);
