import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cpeErrors,
  cpeWarnings,
  ineligibilityReasons,
  judgeEligibility,
  oltPortsSchema,
  segmentGroups,
  technologies,
  ticketStatuses,
} from '@cpe-desk/contract';
import { loadCatalogue } from '../../service/src/line/catalogue/load-catalogue.ts';
import { loadVendorIds } from '../../service/src/line/catalogue/vendor-ids.ts';
import { one, type Pool, run, statement } from '../../service/src/platform/database/database.ts';
import { loadTicket } from '../../service/src/tickets/load-ticket.ts';
import { findModel } from '../../service/test/support/find-model.ts';
import { createTestDatabase, useDatabase } from '../../service/test/support/test-database.ts';
import { loadDemoData } from '../src/data/load-demo-data.ts';
import { mix, seededRandom } from '../src/data/random.ts';
import { brokenLines, demoRecords, staleCorpDataLines } from '../src/data/records.ts';
import { demoScenarios } from '../src/data/scenarios.ts';

const editableGroups = segmentGroups.filter((group) => group !== 'CONSUMER');

const { pool: db } = await useDatabase();
await loadCatalogue(db);
assert.equal(await loadDemoData(db), true);

const tables = [
  'service_line',
  'network_element',
  'line_path',
  'cpe',
  'cpe_claim',
  'network_claim',
  'corp_data_temp',
  'ctt',
  'device_model',
];

const checksums = (pool: Pool) =>
  Promise.all(
    tables.map((table) =>
      one(
        pool,
        statement<{ sum: string }>(
          `test-checksum-${table}`,
          `select md5(string_agg(t::text, chr(10) order by t::text collate "C")) as sum from ${table} t`,
        ),
        [],
      ),
    ),
  );

const count = async (sql: string): Promise<number> =>
  (
    await one(
      db,
      statement<{ n: number }>(
        `test-count ${sql}`.slice(0, 60),
        `select count(*) as n from ${sql}`,
      ),
      [],
    )
  ).n;

test('two databases get the same rows', async () => {
  await using other = await createTestDatabase();
  await loadCatalogue(other.pool);
  await loadDemoData(other.pool);
  assert.deepEqual(await checksums(other.pool), await checksums(db));
});

test('loads once, and not where there are tickets', async () => {
  const before = await checksums(db);
  assert.equal(await loadDemoData(db), false);
  assert.deepEqual(await checksums(db), before);
});

test('demo data has 300 OLTs, over 2,000 lines and over 5,000 tickets of every kind', async () => {
  assert.equal(await count(`network_element where kind = 'OLT'`), 300);
  assert.ok((await count('service_line')) >= 2000);
  assert.ok((await count('ctt')) >= 5000);
  assert.equal(await count('(select distinct status from ctt) s'), ticketStatuses.length);
  assert.equal(
    await count('(select distinct technology from service_line) t'),
    technologies.length,
  );
  assert.equal(
    await count(
      '(select distinct technology, segment_group, managed_services from service_line) k',
    ),
    technologies.length * segmentGroups.length * 2,
  );
  assert.equal(await count('device_model where withdrawn'), 2);
  assert.ok((await count(`cpe where ip_address like 'fd%'`)) > 20);
  assert.ok((await count(`cpe where num_nonnulls(ipv6_address, ipv6_prefix) = 2`)) > 100);
});

test('exactly the listed lines have a CPE that breaks a rule', async () => {
  const portsOf = new Map(
    demoRecords().flatMap((record) =>
      record.type === 'networkElement' && record.oltPorts
        ? [[record.id, oltPortsSchema.parse(record.oltPorts)] as const]
        : [],
    ),
  );
  const broken = new Set<string>();
  let checked = 0;
  for (const record of demoRecords()) {
    if (record.type !== 'serviceLine' || record.cpe === null) continue;
    checked += 1;
    const { accessType, path, cpe } = record;
    const olt = path.find((id) => portsOf.has(id));
    assert.equal(olt !== undefined, accessType !== null && path.length > 0, record.id);
    const model = await findModel(db, cpe.manufacturer, cpe.model);
    const oltPorts = (olt && portsOf.get(olt)) || null;
    const errors = cpeErrors(cpe, {
      accessType,
      oltManufacturer: null,
      oltPorts,
      allowedPrefixes: ['10.0.0.0/8', '100.64.0.0/10', 'fd00::/8', '192.0.2.0/24'],
      model,
    });
    if (errors.length > 0) broken.add(record.id);
    if (!brokenLines().includes(record.id)) assert.deepEqual(errors, [], record.id);
  }
  assert.ok(checked > 2000);
  const withCpe = demoRecords().flatMap((r) => (r.type === 'serviceLine' && r.cpe ? [r.id] : []));
  assert.deepEqual(
    [...broken].sort(),
    brokenLines()
      .filter((id) => withCpe.includes(id))
      .sort(),
  );
});

test('the corp data differ from the CPE exactly on the listed lines', async () => {
  const rows = await run(
    db,
    statement<{ id: string }>(
      'test-stale',
      `select service_line_id as id from cpe c join corp_data_temp d using (service_line_id)
        where (c.manufacturer, c.model, c.ip_address, c.down_kbps, c.up_kbps, c.port, c.serial_number, c.mac_address)
          is distinct from
          (d.manufacturer, d.model, d.ip_address, d.down_kbps, d.up_kbps, d.port, d.serial_number, d.mac_address)`,
    ),
    [],
  );
  assert.ok(rows.length > 30);
  for (const { id } of rows) assert.ok(staleCorpDataLines().includes(id), id);
});

test('each scenario has its ticket, first in the list, with the documented eligibility', async () => {
  const newest = await run(
    db,
    statement<{ id: string }>(
      'test-newest',
      'select id from ctt order by opened_at desc, id desc limit 30',
    ),
    [],
  );
  assert.deepEqual(
    newest.slice(0, demoScenarios.length).map(({ id }) => id),
    demoScenarios.map(({ ticketId }) => ticketId),
  );
  for (const { ticketId, ticketNo, serviceLineId, reasons } of demoScenarios) {
    const ticket = await loadTicket(db, ticketId, null);
    assert.ok(ticket, ticketId);
    assert.equal(ticket.ticketNo, ticketNo);
    assert.equal(ticket.line.id, serviceLineId);
    const judged = judgeEligibility({ status: ticket.status, ...ticket.line }, editableGroups);
    assert.deepEqual(judged, { editable: reasons.length === 0, reasons });
  }
  assert.deepEqual(
    new Set(demoScenarios.flatMap(({ reasons }) => reasons)),
    new Set(ineligibilityReasons),
  );
});

/** The ticket of the scenario that shows this. */
const ticketThatShows = async (shows: string) => {
  const scenario = demoScenarios.find((candidate) => candidate.shows === shows);
  const ticket = scenario && (await loadTicket(db, scenario.ticketId, null));
  assert.ok(ticket, shows);
  return ticket;
};

/** The codes of errors and warnings of a refresh of a scenario's CPE. */
const refreshOf = async (shows: string) => {
  const { cpe, line, olt } = await ticketThatShows(shows);
  assert.ok(cpe);
  const model = await findModel(db, cpe.manufacturer, cpe.model);
  const facts = {
    accessType: line.accessType,
    oltManufacturer: olt?.manufacturer ?? null,
    oltPorts: olt?.ports ?? null,
    allowedPrefixes: [],
    model,
  };
  const errors = cpeErrors(cpe, facts).map(({ code }) => code);
  const warnings = cpeWarnings(cpe, line.plan, await loadVendorIds(db)).map(({ code }) => code);
  return [...errors, ...warnings];
};

test('a refresh of a scenario has the errors and warnings of its page', async () => {
  assert.deepEqual(await refreshOf('eligible, GPON'), []);
  assert.deepEqual(await refreshOf('eligible, XGS-PON'), []);
  assert.deepEqual(await refreshOf('a recorded value that breaks a rule'), ['not-a-host-address']);
  assert.deepEqual(await refreshOf('a withdrawn model on record'), ['withdrawn-model']);
  assert.deepEqual(await refreshOf('a warning: above the plan'), []);
  assert.deepEqual(await refreshOf('a warning: another vendor’s serial number'), [
    'vendor-mismatch',
  ]);
});

test('the scenarios without network context lack the documented parts', async () => {
  const kinds = async (shows: string) =>
    (await ticketThatShows(shows)).networkElements.map(({ kind }) => kind);
  assert.deepEqual(await kinds('no OLT on the path'), ['CPE']);
  assert.deepEqual(await kinds('no CPE on the line'), ['OLT', 'SPLITTER']);
  const [first, second] = await Promise.all(
    ['two tickets on one line (1 of 2)', 'two tickets on one line (2 of 2)'].map(ticketThatShows),
  );
  assert.equal(first?.line.id, second?.line.id);
  assert.equal((await ticketThatShows('an SME ticket')).line.segmentGroup, 'SME');
  assert.equal((await ticketThatShows('an ENTERPRISE ticket')).line.segmentGroup, 'ENTERPRISE');
});

test('the values that the page calls in use are claimed, and its suggestions are free', async () => {
  const claims = await run(
    db,
    statement<{ kind: string; value: string }>(
      'test-neighbour',
      `select kind, value from cpe_claim where service_line_id = 'SL-000090' order by kind`,
    ),
    [],
  );
  assert.equal(claims.length, 5);
  const said = demoScenarios.map(({ how }) => how).join('\n');
  for (const { value } of claims)
    assert.ok(said.includes(`\`${value.replace('olt-001|', '')}\``), value);
  for (const suggested of ['HWTC5EC0DE03', '10.20.0.118']) {
    assert.ok(said.includes(`\`${suggested}\``), suggested);
    assert.equal(await count(`cpe_claim where value = '${suggested}'`), 0, suggested);
  }
});

test('one seed gives the same numbers, in range and by weight', () => {
  const [a, b] = [seededRandom(7), seededRandom(7)];
  const numbers = Array.from({ length: 1000 }, () => a.below(10));
  assert.deepEqual(
    numbers,
    Array.from({ length: 1000 }, () => b.below(10)),
  );
  assert.deepEqual([...new Set(numbers)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const weighted = mix({ x: 9, y: 1, z: 0 });
  const heavy = Array.from({ length: 1000 }, () => a.pick(weighted));
  assert.ok(heavy.filter((value) => value === 'x').length > 800);
  assert.ok(!heavy.includes('z'));
});
