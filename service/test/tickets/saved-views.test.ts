import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_VIEWS, savedViewListSchema, savedViewSchema } from '@cpe-desk/contract';
import { assertProblem, errorsOf } from '../support/assert-problem.ts';
import type { Client } from '../support/client.ts';
import { useDesk } from '../support/desk.ts';

const desk = await useDesk();
const { operator, supervisor } = desk;

const save = (client: Client, name: string, query: object) =>
  client.put('/ticket/ctt/views', { name, query });

const viewsOf = async (client: Client) =>
  savedViewListSchema.parse((await client.get('/ticket/ctt/views')).body).items;

const deleteView = async (client: Client, id: string): Promise<number> =>
  (await client.fetch(`/ticket/ctt/views/${id}`, { method: 'DELETE' })).status;

test('a person keeps views of the ticket list under names, which nobody else sees', async () => {
  const query = { status: ['held', 'pending'], segmentGroup: 'SME' };
  const first = savedViewSchema.parse((await save(operator, '  waiting / north ', query)).body);
  assert.deepEqual([first.name, first.query], ['waiting / north', query]);
  await save(operator, 'all', {});
  assert.deepEqual(
    (await viewsOf(operator)).map(({ name }) => name),
    ['all', 'waiting / north'],
  );
  assert.deepEqual(await viewsOf(supervisor), []);

  const again = savedViewSchema.parse((await save(operator, 'waiting / north', {})).body);
  assert.deepEqual([again.id, again.query], [first.id, {}], 'the same name replaces the filters');
  assert.equal(await deleteView(supervisor, first.id), 204);
  assert.equal((await viewsOf(operator)).length, 2, 'nobody deletes the view of someone else');
  for (const id of [first.id, first.id, 'none'])
    assert.equal(await deleteView(operator, id), 204, 'also when it is gone');
  assert.deepEqual(
    (await viewsOf(operator)).map(({ name }) => name),
    ['all'],
  );
});

test('a person keeps a limited number of views with readable names', async () => {
  for (const name of ['', ' ', 'a\u202eb', 'x'.repeat(61)])
    assert.deepEqual(
      errorsOf(assertProblem(await save(operator, name, {}), 'malformed-request')).map(
        (error) => error.split(' ')[0],
      ),
      ['/name'],
    );
  assertProblem(await save(operator, 'n', { 'a b': 'c' }), 'malformed-request');
  const left = MOST_VIEWS - (await viewsOf(operator)).length;
  const saved = await Promise.all(
    Array.from({ length: left }, (_, n) => save(operator, `view ${n}`, {})),
  );
  assert.ok(saved.every(({ status }) => status === 200));
  const refused = assertProblem(await save(operator, 'one more', {}), 'malformed-request');
  assert.deepEqual(errorsOf(refused), ['/name too-many-views']);
  assert.equal((await save(operator, 'view 1', { q: 'x' })).status, 200, 'an old name is replaced');
});
