import assert from 'node:assert/strict';
import { test } from 'node:test';
import { segmentGroups, type TicketListQuery, ticketListQuerySchema } from '@cpe-desk/contract';
import { type ListOptions, type ListScope, listTickets } from '../../src/tickets/list-tickets.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine, addTestTicket } from '../support/test-line.ts';
import { administer } from '../support/test-server.ts';
import { find, list } from './find-items.ts';

const desk = await useDesk({ isSettling: false });
const { operator } = desk;

await addTestLine(desk.db, {
  ticketNo: 'INC-1',
  customer: 'Zürich Öl & Gas 100% _AG_',
  cpe: {
    ipAddress: '10.71.200.201',
    serialNumber: 'ZXYWC0DE5EED',
    macAddress: '3c:15:fb:0a:12:34',
    port: '0/3/4:99',
    model: 'EG8145V5',
  },
});

test('a part of each searched value finds the ticket', async () => {
  for (const q of ['öl & g', 'OLGAS', '100% _', '71.200.20', 'wc0de5', 'eg8145', 'Zurich'])
    assert.deepEqual(await find(operator, q), ['INC-1'], q);
});

test('a part of a MAC address finds it in each spelling', async () => {
  for (const q of [
    '3c:15:fb',
    'FB-0A-12',
    'fb0a.1234',
    '3c15.fb',
    '0A:12',
    ':12:34',
    '15:fb:a:12',
    '15fb0a',
  ])
    assert.deepEqual(await find(operator, q), ['INC-1'], q);
  assert.deepEqual(await find(operator, '3c:15:fc'), []);
});

test('an exact identifier is alone, and parts of others are found where there is none', async () => {
  await addTestLine(desk.db, { ticketNo: 'INC-10', cpe: { ipAddress: '10.71.2.1' } });
  await addTestLine(desk.db, { ticketNo: 'INC-11', cpe: { ipAddress: '10.71.2.10' } });
  assert.deepEqual(await find(operator, '10.71.2.1'), ['INC-10']);
  assert.deepEqual(await find(operator, 'inc 1'), ['INC-1']);
  assert.deepEqual((await find(operator, '10.71.2.')).sort(), ['INC-10', 'INC-11']);
  assert.deepEqual((await find(operator, '10.71.2')).sort(), ['INC-1', 'INC-10', 'INC-11']);
  // Digits of an address are no ticket number.
  await addTestLine(desk.db, { ticketNo: '107129' });
  assert.deepEqual(await find(operator, '10.71.29'), []);
  assert.deepEqual(await find(operator, '107129'), ['107129']);
});

test('a prefix lists its lines, an address with a length means the address', async () => {
  assert.deepEqual((await find(operator, '10.71.2.0/24')).sort(), ['INC-10', 'INC-11']);
  assert.deepEqual((await find(operator, '10.71.2.8/29')).sort(), ['INC-11']);
  assert.deepEqual(await find(operator, '10.71.2.10/24'), ['INC-11']);
  assert.deepEqual(await find(operator, '10.72.0.0/16'), []);
});

test('an IPv6 address finds a line by each of its fields, and by the prefix around it', async () => {
  await addTestLine(desk.db, {
    ticketNo: 'DUAL-1',
    cpe: {
      ipAddress: '10.74.0.1',
      ipv6Address: '2a02:908:1::57',
      ipv6Prefix: '2a02:908:1:ff00::/56',
    },
  });
  await addTestLine(desk.db, { ticketNo: 'DUAL-2', cpe: { ipAddress: '2a02:908:2::57' } });
  for (const q of [
    '10.74.0.1',
    '2A02:0908:1::57',
    '2a02:908:1::57/64',
    '2a02:908:1:ff12::1',
    '2a02:908:1:ff00::/56',
    '2a02:908:1:ff12::/64',
    '2a02:908:1::/48',
    '908:1:ff',
  ])
    assert.deepEqual(await find(operator, q), ['DUAL-1'], q);
  assert.deepEqual((await find(operator, '2a02:908::/32')).sort(), ['DUAL-1', 'DUAL-2']);
  assert.deepEqual(await find(operator, '2a02:908:1:fe00::1'), []);
});

test('a serial number in the form of another maker is alone too', async () => {
  await addTestLine(desk.db, { ticketNo: 'FWA-1', cpe: { serialNumber: '2150083XYZ' } });
  await addTestLine(desk.db, { ticketNo: 'FWA-2', cpe: { serialNumber: '2150083XYZ12' } });
  assert.deepEqual(await find(operator, '2150083xyz'), ['FWA-1']);
});

test('a port finds the lines of each OLT that has it there', async () => {
  await addTestLine(desk.db, { ticketNo: 'PORT-2', olt: 'olt-2', cpe: { port: '0/3/4:99' } });
  for (const q of ['0/3/4:99', '0/3/4/99', 'gpon-onu_0/3/4:99', '0/ 3/4:99'])
    assert.deepEqual((await find(operator, q)).sort(), ['INC-1', 'PORT-2'], q);
});

test('all tickets of a line are found by what the line has', async () => {
  const { lineId } = await addTestLine(desk.db, { ticketNo: 'TWICE-1' });
  const second = await addTestTicket(desk.db, lineId);
  assert.deepEqual((await find(operator, lineId)).sort(), ['TWICE-1', second]);
});

test('wildcards, punctuation and text without letters or digits find nothing by themselves', async () => {
  await addTestLine(desk.db, { ticketNo: 'FIFTY-1', customer: 'back\\slash %_\\ fifty percent' });
  for (const q of ['fifty percent', 'fifty-percent', 'k\\s', "fifty' percent"])
    assert.deepEqual(await find(operator, q), ['FIFTY-1'], q);
  for (const q of ['%', '%%', '__', '\\', '§', 'fi%ty percent', "'; drop table ctt; --"])
    assert.deepEqual(await find(operator, q), [], q);
});

test('an exact identifier that the caller may not see does not hide what they may', async () => {
  const sme = desk.as('demo-operator-sme');
  await addTestLine(desk.db, {
    ticketNo: 'GOV-1',
    segmentGroup: 'GOVERNMENT',
    cpe: { ipAddress: '10.73.0.1' },
  });
  await addTestLine(desk.db, { ticketNo: 'SME-1', cpe: { ipAddress: '10.73.0.11' } });
  assert.deepEqual(await find(operator, '10.73.0.1'), ['GOV-1']);
  assert.deepEqual(await find(sme, '10.73.0.1'), ['SME-1']);
  const { items } = await list(operator, { q: '10.73.0.1', status: 'held' });
  assert.deepEqual(items, [], 'a filter applies to an exact identifier too');
});

test('a changed customer is found by the new name, and not by the old one', async () => {
  const { lineId } = await addTestLine(desk.db, { ticketNo: 'NAME-1', customer: 'Before Sdn' });
  await administer(
    desk.ownerUrl,
    `update service_line set customer = 'Åfter Sdn' where id = '${lineId}'`,
  );
  assert.deepEqual(await find(operator, 'after sdn'), ['NAME-1']);
  assert.deepEqual(await find(operator, 'before sdn'), []);
});

const scope: ListScope = {
  ...{ scope: segmentGroups, editableGroups: ['SME', 'ENTERPRISE'], actions: [] },
};
const pages = async (query: Partial<TicketListQuery>, options: ListOptions) => {
  const seen: string[] = [];
  let isPartial = false;
  let cursor: string | null | undefined;
  do {
    const asked = { ...ticketListQuerySchema.parse({}), ...query, ...(cursor && { cursor }) };
    const page = await listTickets(desk.db, asked, scope, options);
    assert.ok(page && page.items.length <= asked.limit);
    seen.push(...page.items.map(({ id }) => id));
    isPartial ||= page.isPartial;
    cursor = page.nextCursor;
  } while (cursor);
  return { seen, isPartial };
};

const addMany = async () => {
  for (let n = 0; n < 60; n++)
    await addTestLine(desk.db, {
      customer: `Many ${n % 3 === 0 ? 'Ärger' : 'others'}`,
      status: n % 2 === 0 ? 'held' : 'closed',
      segmentGroup: n % 5 === 0 ? 'ENTERPRISE' : 'SME',
      openedAt: `2026-10-0${1 + (n % 4)}T00:00:00Z`,
    });
};

test('pages are the same by the indexes and by the list', async () => {
  await addMany();
  await administer(desk.ownerUrl, 'analyze');
  for (const query of [
    {},
    { status: ['held' as const] },
    { q: 'many' },
    { q: 'arger', status: ['held' as const], editable: true },
    { q: 'HWTC0000', segmentGroup: ['SME' as const] },
    { q: '10.50.0.' },
    { q: '10.50.0.0/16' },
    { q: 'HG8245Hv5' },
    { q: 'ny' },
    { q: 'nothing-like-this' },
  ])
    for (const sort of ['-openedAt', 'ticketNo'] as const) {
      const asked = { ...query, sort, limit: 25 };
      const byIndex = await pages(asked, {});
      for (const options of [
        { near: 0 },
        { candidates: 0 },
        { candidates: 0, searched: 5, isComplete: true },
      ])
        assert.deepEqual(
          await pages(asked, options),
          byIndex,
          JSON.stringify({ ...asked, options }),
        );
      assert.equal(byIndex.seen.length === 0, query.q === 'nothing-like-this');
      assert.deepEqual(byIndex.isPartial, false);
    }
});

test('a text with too many candidates finds those among the newest tickets, and says so', async () => {
  const limits = { candidates: 20, searched: 40 };
  const whole = await pages({ q: 'many' }, {});
  const some = await pages({ q: 'many', limit: 9 }, limits);
  assert.deepEqual([whole.isPartial, some.isPartial], [false, true]);
  const newest = (await pages({ limit: 40 }, {})).seen.slice(0, 40);
  assert.deepEqual(
    some.seen,
    whole.seen.filter((id) => newest.includes(id)),
  );
  // A filter that leaves few tickets makes it whole.
  const narrow = { q: 'many', segmentGroup: ['ENTERPRISE' as const] };
  assert.deepEqual(await pages(narrow, { ...limits, candidates: 2 }), await pages(narrow, {}));
});
