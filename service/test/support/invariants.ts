import assert from 'node:assert/strict';
import type { Cpe } from '@cpe-desk/contract';
import { claimsOf } from '../../src/line/claims.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import type { Client } from './client.ts';
import type { TestDesk } from './desk.ts';
import { readTicket } from './updates.ts';

const selectClaims = statement<
  { kind: string; value: string; update_id: string | null },
  [lineId: string]
>('test-select-claims', 'select kind, value, update_id from cpe_claim where service_line_id = $1');
const selectNetworks = statement<{ network: string }, [lineId: string]>(
  'test-select-networks-of-line',
  'select network::text from network_claim where service_line_id = $1',
);
const countApplied = statement<
  { applied: number; entries: number; twice: number },
  [lineId: string]
>(
  'test-count-applied',
  `select (select count(*) from cpe_update where service_line_id = $1 and state = 'applied') as applied,
          (select count(*) from cpe_history where service_line_id = $1) as entries,
          (select count(*) from cpe_history h join cpe_update u on u.id = h.update_id
            where h.service_line_id = $1 and u.state <> 'applied') as twice`,
);

const sorted = (claims: { kind: string; value: string }[]) =>
  claims.map(({ kind, value }) => `${kind} ${value}`).sort();

/**
 * Asserts the invariants of a line without an unsettled update: CPE, corp-data record and NIG hold
 * the same values (NIG only after an update), the claims and their networks are those of the CPE,
 * and each applied update has one history entry.
 */
export async function assertSettled(
  desk: Pick<TestDesk, 'db' | 'nig'>,
  client: Client,
  ticketId: string,
): Promise<Cpe> {
  const ticket = await readTicket(client, ticketId);
  assert.equal(ticket.unsettledUpdate, null);
  assert.ok(ticket.cpe);
  const { version, ...cpe } = ticket.cpe;
  const lineId = ticket.serviceLine.id;
  assert.deepEqual(ticket.corpData?.cpe, cpe);
  const held = await desk.nig.cpeOf(lineId);
  if (held !== null || version > 1) assert.deepEqual(held, cpe);
  const claims = await run(desk.db, selectClaims, [lineId]);
  const olt = ticket.networkElements.find(({ kind }) => kind === 'OLT');
  assert.deepEqual(sorted(claims), sorted(claimsOf(cpe, olt?.id ?? null)));
  assert.ok(claims.every(({ update_id }) => update_id === null));
  const networks = claims
    .filter(
      ({ kind, value }) => kind === 'ipv6-prefix' || (kind === 'ip-address' && /:/.test(value)),
    )
    .map(({ kind, value }) => (kind === 'ip-address' ? `${value}/128` : value));
  const claimed = (await run(desk.db, selectNetworks, [lineId])).map(({ network }) => network);
  assert.deepEqual(claimed.sort(), networks.sort());
  const [counted] = await run(desk.db, countApplied, [lineId]);
  assert.deepEqual(counted, { applied: version - 1, entries: version - 1, twice: 0 });
  return cpe;
}
