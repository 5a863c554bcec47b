import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyLine } from '../../src/history/proof/read-chain.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { migrationsUntil } from '../support/migrations-until.ts';
import { addOldLine } from '../support/old-line.ts';
import { useDatabase } from '../support/test-database.ts';

const LINE = 'line-old';
const cpeWith = (ipAddress: string) => ({
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress,
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/3:12',
  serialNumber: 'HWTC1A2B3C4D',
  macAddress: null,
});

/** Entries before dual-stack CPEs, with the hashes that the release before computed. */
const HASHES = [
  'cfb0e18fd2f4b7bd49e77703ba2d67ff5aa3090de90ef1d904cb4b79726cf731',
  'd79608976db3d0e1d9e7445b840592f795a8f4448b552cbab93151db9f6eedce',
];
const rowOf = (sequence: number) => ({
  id: `00000000-0000-7000-8000-00000000000${sequence}`,
  service_line_id: LINE,
  sequence,
  at: `2026-11-0${sequence + 1}T08:00:00.000Z`,
  update_id: `00000000-0000-7000-8000-00000000001${sequence}`,
  ctt_id: `t-${LINE}`,
  ticket_no: `CTT-${LINE}`,
  kind: 'correction',
  actor_id: 'a',
  actor_name: 'A',
  changed: ['ipAddress'],
  before: cpeWith(`10.20.0.${sequence + 4}`),
  after: cpeWith(`10.20.0.${sequence + 5}`),
  nig_reference: `N-${sequence}`,
  rules: 'r',
  previous_hash: HASHES[sequence - 2] ?? null,
  hash: HASHES[sequence - 1],
});

/** Without the guard of the chain, which accepts no time of the past. */
const insertEntries = statement<never, [rows: string]>(
  'test-insert-old-entries',
  `with off as materialized (select set_config('session_replication_role', 'replica', true)),
   updated as (
     insert into cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after,
                             changed, warnings, actor_id, actor_name, rules, requested_at,
                             settled_at, ask_at, ask_until)
     select update_id, service_line_id, ctt_id, ticket_no, kind, 'applied', before, after, changed,
            '[]', actor_id, actor_name, rules, at, at, at, at
       from jsonb_populate_recordset(null::cpe_history, $1), off)
   insert into cpe_history select r.* from jsonb_populate_recordset(null::cpe_history, $1) r, off`,
);
const selectNetworks = statement<{ network: string; line: string }, []>(
  'test-select-networks',
  'select network::text, service_line_id as line from network_claim',
);
const releaseClaims = statement('test-release-claims', 'delete from cpe_claim');

test('entries and claims from before dual-stack CPEs stay valid', async () => {
  const old = await useDatabase({ empty: true });
  await using folder = await migrationsUntil('0014');
  await migrate(old.url, { folder: folder.path });
  await addOldLine(old.pool, LINE);
  await addOldLine(old.pool, 'line-ipv6', '2a02:908::7');
  await run(old.pool, insertEntries, [JSON.stringify([1, 2].map(rowOf))]);
  await migrate(old.url);
  const { isIntact, entries, head } = await verifyLine(old.pool, LINE);
  assert.deepEqual({ isIntact, entries, head }, { isIntact: true, entries: 2, head: HASHES[1] });
  assert.deepEqual(await run(old.pool, selectNetworks, []), [
    { network: '2a02:908::7/128', line: 'line-ipv6' },
  ]);
  await run(old.pool, releaseClaims, []);
  assert.deepEqual(await run(old.pool, selectNetworks, []), []);
});
