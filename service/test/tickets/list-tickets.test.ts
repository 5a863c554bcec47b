import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  judgeEligibility,
  segmentGroups,
  type TicketListQuery,
  technologies,
  ticketListQuerySchema,
  ticketListSchema,
  ticketSorts,
  ticketStatuses,
} from '@cpe-desk/contract';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { countTickets } from '../../src/tickets/count-tickets.ts';
import { BUDGETS, type Budgets, listTickets } from '../../src/tickets/list-tickets.ts';
import type { TicketScope } from '../../src/tickets/search/ticket-conditions.ts';
import { assertProblem, errorsOf } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { administer } from '../support/test-server.ts';
import { readTicket } from '../support/updates.ts';

const desk = await useDesk({ isSettling: false });
const { operator } = desk;
for (const status of ticketStatuses)
  for (const technology of technologies)
    for (const segmentGroup of segmentGroups)
      for (const managedServices of [true, false])
        await addTestLine(desk.db, {
          status,
          technology,
          segmentGroup,
          managedServices,
          customer: 'Everyone',
        });

const list = async (query: Record<string, string>, client = operator) => {
  const answer = await client.get(`/ticket/ctt?${new URLSearchParams(query)}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return ticketListSchema.parse(answer.body);
};

/** All pages. */
const all = async (query: Record<string, string>, client = operator) => {
  const items = [];
  let cursor: string | null = null;
  do {
    const page = await list({ ...query, limit: '97', ...(cursor && { cursor }) }, client);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
};

test('q finds by part of ticket number, customer, line id, serial number and address, in any case', async () => {
  const { id } = await addTestLine(desk.db, {
    customer: 'Zürich Öl & Gas 100% _AG_',
    cpe: { ipAddress: '10.71.200.201', serialNumber: 'ZXYWC0DE5EED' },
  });
  const ticket = await readTicket(operator, id);
  for (const q of [
    'öl & g',
    '100% _',
    '71.200.20',
    'wc0de5',
    ticket.ticketNo,
    ticket.serviceLine.id,
  ])
    assert.ok(
      (await all({ q, technology: 'FTTH' })).some((item) => item.id === id),
      q,
    );
});

test('wildcards of the database are plain characters to q', async () => {
  await addTestLine(desk.db, { customer: 'fifty percent' });
  assert.equal((await list({ q: 'fifty percent' })).items.length, 1);
  const { id } = await addTestLine(desk.db, { customer: 'back\\slash %_\\' });
  for (const q of ['\\', 'k\\s', '%_\\'])
    assert.deepEqual(
      (await list({ q })).items.map((item) => item.id),
      [id],
      q,
    );
  for (const q of ['fifty%percent', 'fifty_percent', 'fifty\\', '%%', "'; drop table ctt; --"])
    assert.deepEqual((await list({ q })).items, [], q);
});

test('each filter alone leaves only tickets with one of its values', async () => {
  const everyone = await all({ q: 'Everyone' });
  for (const [filter, values] of [
    ['status', ['pending']],
    ['status', ['closed', 'acknowledged', 'held']],
    ['segmentGroup', ['WHOLESALE']],
    ['segmentGroup', ['CONSUMER', 'GOVERNMENT']],
    ['technology', ['COPPER']],
    ['technology', ['FWA', 'FTTB']],
    ['managedServices', ['true']],
    ['managedServices', ['false']],
  ] as const) {
    const expected = everyone.filter((item) =>
      values.some((value) => value === String(item[filter])),
    );
    assert.ok(expected.length > 0 && expected.length < everyone.length);
    assert.deepEqual(await all({ q: 'Everyone', [filter]: values.join() }), expected, filter);
  }
});

test('filters narrow, several values of one widen, and they go together', async () => {
  const query = {
    status: 'held,closed',
    technology: 'FTTH,FWA',
    segmentGroup: 'SME',
    managedServices: 'true',
  };
  const items = await all({ ...query, q: 'Everyone' });
  assert.equal(items.length, 4);
  for (const item of items) {
    assert.ok(
      ['held', 'closed'].includes(item.status) && ['FTTH', 'FWA'].includes(item.technology),
    );
    assert.ok(item.segmentGroup === 'SME' && item.managedServices);
  }
});

test('editable is the verdict of the eligibility rules, over every combination', async () => {
  const items = await all({ q: 'Everyone' });
  assert.equal(
    items.length,
    ticketStatuses.length * technologies.length * segmentGroups.length * 2,
  );
  const verdict = new Map(
    items.map((item) => [
      item.id,
      judgeEligibility(item, desk.deps.policy.editableSegmentGroups).editable,
    ]),
  );
  for (const item of items) assert.equal(item.editable, verdict.get(item.id));
  for (const editable of ['true', 'false']) {
    const found = (await all({ q: 'Everyone', editable })).map(({ id }) => id).sort();
    const expected = items
      .filter(({ id }) => String(verdict.get(id)) === editable)
      .map(({ id }) => id);
    assert.deepEqual(found, expected.sort());
  }
});

test('pages follow each other without gap or double, while tickets come in, in every order', async () => {
  for (let n = 0; n < 12; n++)
    await addTestLine(desk.db, {
      customer: 'Pages',
      openedAt: `2026-10-0${1 + (n % 4)}T00:00:00Z`,
    });
  for (const sort of ['-openedAt', 'openedAt', '-ticketNo', 'ticketNo']) {
    const whole = (await list({ q: 'Pages', sort, limit: '200' })).items.map(({ id }) => id);
    assert.ok(whole.length >= 12, `${whole.length} tickets`);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list({ q: 'Pages', sort, limit: '5', ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      // Newer than all: it belongs before the first page of the newest-first list.
      if (sort === '-openedAt')
        await addTestLine(desk.db, { customer: 'Pages', openedAt: '2026-12-01T00:00:00Z' });
    } while (cursor);
    assert.deepEqual(seen, whole, sort);
  }
});

test('newest first is the order where none is asked for', async () => {
  const times = (await list({ q: 'Pages' })).items.map(({ openedAt }) => openedAt);
  assert.ok(new Set(times).size > 2, `${times}`);
  assert.deepEqual(times, times.toSorted().reverse());
});

/** Look like times, and are none that the database could compare with. */
const notTimes = [
  '2026-13-01 00:00:00+00',
  '2026-02-30 00:00:00+00',
  '0000-01-01 00:00:00+00',
  '2026-01-01 25:00:00+00',
  '2026-01-01 00:00:00+99',
];
const cursorAt = (time: string) =>
  Buffer.from(JSON.stringify(['-openedAt', time, 'id'])).toString('base64url');

test('a wrong query says which part is wrong', async () => {
  const first = await list({ sort: 'openedAt', limit: '1' });
  for (const [query, pointer] of [
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=many', '/limit'],
    ['status=open', '/status/0'],
    ['status=closed,open', '/status/1'],
    ['editable=maybe', '/editable'],
    ['sort=random', '/sort'],
    ['colour=red', '/colour'],
    ['q=%00', '/q'],
    ['cursor=nonsense', '/cursor'],
    ['cursor=WzEsMiwzXQ', '/cursor'],
    ...notTimes.map((time) => [`cursor=${cursorAt(time)}`, '/cursor'] as const),
    [`cursor=${first.nextCursor}&sort=-openedAt`, '/cursor'],
  ] as const) {
    const refused = assertProblem(await operator.get(`/ticket/ctt?${query}`), 'malformed-request');
    assert.equal(errorsOf(refused)[0]?.split(' ')[0], pointer, query);
  }
});

test('a caller sees the tickets of their segment groups only, whatever they ask for', async () => {
  const sme = desk.as('demo-operator-sme');
  assert.deepEqual(
    [...new Set((await all({}, sme)).map(({ segmentGroup }) => segmentGroup))],
    ['SME'],
  );
  assert.deepEqual((await list({ segmentGroup: 'ENTERPRISE' }, sme)).items, []);
  const { id } = await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' });
  assertProblem(await sme.get(`/ticket/ctt/${id}`), 'ctt-not-found');
  for (const person of ['demo-reviewer', 'demo-supervisor', 'demo-admin'])
    assert.equal((await desk.as(person).get(`/ticket/ctt/${id}`)).status, 200, person);
});

test('a ticket has its line, its path in order with the CPE at its end, and null for what is not there', async () => {
  const { id, lineId } = await addTestLine(desk.db, { segmentGroup: 'CONSUMER', status: 'closed' });
  const ticket = await readTicket(operator, id);
  assert.equal(ticket.serviceLine.id, lineId);
  assert.deepEqual(
    ticket.networkElements.map(({ kind }) => kind),
    ['OLT', 'ONT', 'CPE'],
  );
  assert.equal(ticket.cpe?.version, 1);
  assert.deepEqual(ticket.eligibility, {
    editable: false,
    reasons: ['ticket-closed', 'segment-not-editable'],
  });
  const bare = await addTestLine(desk.db, { cpe: null });
  const without = await readTicket(operator, bare.id);
  assert.deepEqual([without.cpe, without.corpData, without.unsettledUpdate], [null, null, null]);
});

test('a ticket tells the prefixes that other lines of its OLT use, the most used first', async () => {
  const on = (olt: string, ipAddress: string) => addTestLine(desk.db, { olt, cpe: { ipAddress } });
  const prefixes = async ({ id }: { id: string }) =>
    (await readTicket(operator, id)).lineFacts.oltPrefixes;
  const first = await on('olt-of-prefixes', '10.71.1.1');
  assert.deepEqual(await prefixes(first), [], 'not its own: that may be what is wrong');
  for (const address of ['10.71.2.1', '10.71.3.1', '10.71.3.2', 'fd00:71::1'])
    await on('olt-of-prefixes', address);
  await on('another-olt', '10.71.4.1');
  assert.deepEqual(await prefixes(first), ['10.71.3.0/24', '10.71.2.0/24', 'fd00:71::/64']);
  assert.deepEqual(await prefixes(await addTestLine(desk.db, { hasNoOlt: true })), []);
});

/** Of each query and order the first two pages, found in all ways. */
const assertSamePages = async () => {
  const scope = {
    scope: segmentGroups,
    editableGroups: ['SME', 'ENTERPRISE'],
  } satisfies TicketScope;
  const no = { numbers: 0, lines: 0 };
  const many = { numbers: 2000, lines: 2000 };
  const none = {
    near: 0,
    glance: 1,
    far: 0,
    frequent: 1,
    matches: no,
    lines: 0,
    long: 0,
    narrow: 1e-9,
    part: 2000,
    whole: 0,
  };
  const queries: Partial<TicketListQuery>[] = [
    {},
    { status: ['held', 'closed'] },
    { segmentGroup: ['SME'], editable: true },
    { technology: ['FTTB'], managedServices: false, editable: false },
    { q: 'everyone' },
    { q: 'everyone', status: ['pending'] },
    { q: 'HWTC0000001' },
    { q: 'CTT-31' },
    { q: '10.50.0.2' },
    { q: '50.0.1', status: ['pending', 'held'] },
    { q: 'line-3' },
    { q: 'ine-1', segmentGroup: ['SME'] },
    { q: 'e 0' },
    { q: 'e' },
    { q: 'nothing-like-this' },
  ];
  for (const query of queries)
    for (const sort of ticketSorts) {
      // All at once by walking; and where walking, or collecting, finds nothing at all.
      const parsed = ticketListQuerySchema.parse({ sort, limit: 30 });
      const ways = [
        { ...none, near: 1000, glance: 1000 },
        { ...none, matches: many },
        none,
        { ...none, lines: 2000, long: 1000 },
        { ...none, lines: 2000, long: 1 },
        { ...none, lines: 2000, far: 2000, narrow: 2 },
        { ...none, far: 1000, frequent: 0 },
        { ...none, glance: 1, far: 1000, frequent: 1 },
        { ...none, glance: 2000, narrow: 2 },
        { ...none, glance: 1, far: 2000, frequent: 1, narrow: 2 },
      ];
      const pages = await Promise.all(
        ways.map(async (budgets) => {
          const page = (cursor?: string) =>
            listTickets(desk.db, { ...parsed, ...query, cursor }, scope, budgets);
          const first = await page();
          const second = first?.nextCursor && (await page(first.nextCursor));
          return [first, second];
        }),
      );
      const found = pages[0]?.[0];
      assert.ok(found && (found.items.length === 0) === (query.q === 'nothing-like-this'), query.q);
      for (const [way, page] of pages.entries())
        assert.deepEqual(page, pages[0], JSON.stringify({ ...query, sort, way }));
    }
};

test('a page is the same by whichever way it is found, before and after PostgreSQL knows what is in the columns', async () => {
  await addTestLine(desk.db, { customer: 'Suite 07' });
  await assertSamePages();
  await administer(desk.ownerUrl, 'analyze');
  await assertSamePages();
});

test('a text that the indexes do not have is looked for in a part of the list at a time, to its end', async () => {
  const { id } = await addTestLine(desk.db, { customer: 'Köln' });
  const scope = { scope: segmentGroups, editableGroups: segmentGroups };
  const pagesOf = async (query: Partial<TicketListQuery>, budgets: Budgets) => {
    const seen: string[] = [];
    let pages = 0;
    let cursor: string | null | undefined;
    do {
      const asked = { ...ticketListQuerySchema.parse({}), ...query, ...(cursor && { cursor }) };
      const page = await listTickets(desk.db, asked, scope, budgets);
      assert.ok(page && page.items.length <= asked.limit);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor);
    return { seen, pages };
  };
  const filters = [
    {},
    { status: ['inProgress' as const] },
    { segmentGroup: ['CONSUMER' as const] },
  ];
  for (const q of ['ö', '§'])
    for (const filter of filters)
      for (const sort of ticketSorts)
        for (const [limit, narrow] of [
          [30, 0],
          [60, 2],
        ] as const) {
          const query = { q, sort, limit, ...filter };
          const atOnce = await pagesOf({ ...query, limit: 200 }, BUDGETS);
          const inParts = await pagesOf(query, {
            ...BUDGETS,
            glance: 1,
            part: 1,
            whole: 0,
            narrow,
          });
          assert.deepEqual(inParts.seen, atOnce.seen, JSON.stringify(query));
          assert.equal(atOnce.seen.includes(id), q === 'ö' && !('segmentGroup' in filter));
          assert.equal(atOnce.pages, 1);
          if (filter === filters[0] && limit === 30)
            assert.ok(inParts.pages > 2, 'it was looked for in several parts');
        }
  const { isAtLeast } = await countTickets(desk.db, { q: '§' }, scope, { newest: 50 });
  assert.equal(isAtLeast, true, 'of which not all were looked at');
});

const moveLine = statement<never, [lineId: string]>(
  'test-move-line',
  "update service_line set segment_group = 'WHOLESALE', technology = 'FWA' where id = $1",
);
const removeTicket = statement<never, [id: string]>(
  'test-remove-ticket',
  'delete from ctt where id = $1',
);
const selectCounts = statement<{ counted: string; real: string }>(
  'test-counts-of-tickets',
  `select (select jsonb_agg(c order by c) from ticket_count c where count <> 0)::text as counted,
          (select jsonb_agg(r order by r) from (select status, technology, managed_services, segment_group, count(*) from ctt
             group by 1, 2, 3, 4) r)::text as real`,
);

test('the kept counts are those of the tickets, also after a line and a ticket changed', async () => {
  const expectCounted = async () => {
    const { counted, real } = await one(desk.db, selectCounts, []);
    assert.equal(counted, real);
  };
  const { id, lineId } = await addTestLine(desk.db, { segmentGroup: 'SME' });
  await expectCounted();
  await run(desk.db, moveLine, [lineId]);
  await expectCounted();
  assert.deepEqual(
    (await list({ q: lineId, segmentGroup: 'WHOLESALE', technology: 'FWA' })).items.map(
      (item) => item.id,
    ),
    [id],
    'the ticket follows its line',
  );
  await run(desk.db, removeTicket, [id]);
  await expectCounted();
});

test('counts of a text say that there are at least so many, where more have it than are collected', async () => {
  const scope = { scope: segmentGroups, editableGroups: segmentGroups };
  const sum = ({ status }: { status: Record<string, number> }) =>
    Object.values(status).reduce((a, b) => a + b, 0);
  const whole = await countTickets(desk.db, { q: 'everyone' }, scope);
  assert.deepEqual([whole.isAtLeast, sum(whole)], [false, (await all({ q: 'everyone' })).length]);
  const some = await countTickets(desk.db, { q: 'everyone' }, scope, {
    most: { numbers: 10, lines: 10 },
    some: 10,
    newest: 50,
    frequent: Number.POSITIVE_INFINITY,
  });
  assert.equal(some.isAtLeast, true);
  assert.ok(sum(some) > 0 && sum(some) < sum(whole));
  const newest = await countTickets(desk.db, { q: 'everyone' }, scope, { newest: 50, matches: 10 });
  assert.deepEqual([newest.isAtLeast, sum(newest) > 0 && sum(newest) <= 50], [true, true]);
  const enough = await countTickets(desk.db, { q: 'everyone' }, scope, {
    newest: 10_000,
    matches: 10,
  });
  assert.deepEqual(
    [enough.isAtLeast, sum(enough)],
    [false, sum(whole)],
    'all tickets are among the newest',
  );
});
