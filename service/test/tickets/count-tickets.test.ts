import assert from 'node:assert/strict';
import { test } from 'node:test';
import { segmentGroups } from '@cpe-desk/contract';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { countTickets } from '../../src/tickets/count-tickets.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { list } from './find-items.ts';

const { db, operator } = await useDesk({ isSettling: false });
for (let n = 0; n < 50; n++)
  await addTestLine(db, { customer: 'Everyone', status: n % 2 === 0 ? 'held' : 'closed' });

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
    const { counted, real } = await one(db, selectCounts, []);
    assert.equal(counted, real);
  };
  const { id, lineId } = await addTestLine(db, { segmentGroup: 'SME' });
  await expectCounted();
  await run(db, moveLine, [lineId]);
  await expectCounted();
  assert.deepEqual(
    (await list(operator, { q: lineId, segmentGroup: 'WHOLESALE', technology: 'FWA' })).items.map(
      (item) => item.id,
    ),
    [id],
    'the ticket follows its line',
  );
  await run(db, removeTicket, [id]);
  await expectCounted();
});

test('counts of a text with too many candidates say that there are at least so many', async () => {
  const scope = { scope: segmentGroups, editableGroups: segmentGroups };
  const countOf = async (options: Parameters<typeof countTickets>[3]) => {
    const { status, isAtLeast } = await countTickets(db, { q: 'everyone' }, scope, options);
    return [Object.values(status).reduce((a, b) => a + b, 0), isAtLeast];
  };
  assert.deepEqual(await countOf({}), [50, false]);
  assert.deepEqual(await countOf({ candidates: 10 }), [50, false], 'all were searched');
  assert.deepEqual(await countOf({ candidates: 10, searched: 20 }), [20, true]);
});
