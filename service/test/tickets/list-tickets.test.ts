import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeEligibility, segmentGroups, technologies, ticketStatuses } from '@cpe-desk/contract';
import { assertProblem, errorsOf } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { listAll, list as listPage } from './find-items.ts';

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

const list = (query: Record<string, string>, client = operator) => listPage(client, query);
const all = (query: Record<string, string>, client = operator) => listAll(client, query);

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
